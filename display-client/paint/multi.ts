import { fail, ok, type Result } from '../base/result.ts'

/**
 * MULTI, the mark-up language of NTCIP 1203 v03 (clause 6) for dynamic message signs: text between tags in square brackets.
 * A bracket that is text is doubled. This file reads and writes it; what a sign makes of it is in multi-layout.ts.
 */

/** The errors of a message as NTCIP 1203 names them (dmsMultiSyntaxError, 5.6.6.1), with its numbers. */
export const MULTI_ERRORS = {
  other: 1,
  unsupportedTag: 3,
  unsupportedTagValue: 4,
  textTooBig: 5,
  fontNotDefined: 6,
  characterNotDefined: 7,
  fieldDeviceNotExist: 8,
  fieldDeviceError: 9,
  flashRegionError: 10,
  tagConflict: 11,
  tooManyPages: 12,
  fontVersionID: 13,
  graphicID: 14,
  graphicNotDefined: 15,
} as const
export type MultiError = keyof typeof MULTI_ERRORS

/** Why a sign would refuse a message. The text of the message is never in it. */
export interface MultiFault {
  readonly error: MultiError
  /** Characters from the start of the message, 0 for the message as a whole (dmsMultiSyntaxErrorPosition). */
  readonly at: number
  readonly message: string
}

export type MultiColour = number | readonly [red: number, green: number, blue: number]

export interface MultiRectangle {
  /** px from the left edge, the first is 1. */
  readonly x: number
  /** px from the top edge, the first is 1. */
  readonly y: number
  /** px; 0 = to the edge. */
  readonly width: number
  /** px; 0 = to the edge. */
  readonly height: number
}

/** Text or one tag. A value that is absent is the sign's default. Times in tenths of a second. */
export type MultiPart =
  | { readonly tag: 'text'; readonly text: string }
  | { readonly tag: 'nl'; readonly spacing?: number }
  | { readonly tag: 'np' | '/sc' | '/fl' }
  | { readonly tag: 'pt'; readonly on?: number; readonly off?: number }
  | { readonly tag: 'jl' | 'jp'; readonly value?: number }
  | { readonly tag: 'fo'; readonly font?: number; readonly version?: string }
  | { readonly tag: 'cf' | 'pb'; readonly colour?: MultiColour }
  | { readonly tag: 'cb'; readonly colour?: number }
  | ({ readonly tag: 'cr'; readonly colour: MultiColour } & MultiRectangle)
  | ({ readonly tag: 'tr' } & MultiRectangle)
  | { readonly tag: 'sc'; readonly spacing: number }
  | {
      readonly tag: 'g'
      readonly graphic: number
      readonly at?: { readonly x: number; readonly y: number }
      readonly version?: string
    }
  | { readonly tag: 'fl'; readonly first?: 'on' | 'off'; readonly on?: number; readonly off?: number }
  | { readonly tag: 'f'; readonly field: number; readonly width?: number }
  | { readonly tag: 'mv'; readonly how: string; readonly text: string }
  | { readonly tag: 'ms' | '/ms'; readonly maker: number; readonly value?: number }

export type TagName = Exclude<MultiPart['tag'], 'text' | '/sc' | '/fl' | '/ms'> | 'hc'

/** A part and where it starts. */
export type PlacedPart = MultiPart & { readonly position: number }

/** Characters; the largest dmsMaxMultiStringLength. */
export const LONGEST_MULTI = 65_535

const number = (text: string | undefined, most: number): number | undefined => {
  const value = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isInteger(value) && value >= 0 && value <= most ? value : undefined
}

/** Numbers in a list with commas, each at most `most`; undefined when one is not. */
function numbers(text: string, most: number): readonly number[] | undefined {
  const all = text.split(',').map((one) => (/^\d{1,5}$/.test(one) ? number(one, most) : undefined))
  return all.every((one) => one !== undefined) ? all : undefined
}

function colourOf(values: readonly number[]): MultiColour | undefined {
  const [first, second, third] = values
  if (first === undefined || first > 255) return undefined
  if (values.length === 1) return first
  if (values.length !== 3 || second === undefined || third === undefined || second > 255 || third > 255)
    return undefined
  return [first, second, third]
}

const MOST = 65_535

/** What may stand after each name; undefined = not this. Names that begin alike stand longest first. */
const TAGS: readonly (readonly [name: string, read: (value: string) => MultiPart | undefined])[] = [
  ['/sc', (value) => (value === '' ? { tag: '/sc' } : undefined)],
  ['/fl', (value) => (value === '' ? { tag: '/fl' } : undefined)],
  ['/ms', (value) => maker('/ms', value)],
  [
    'nl',
    (value) =>
      value === '' ? { tag: 'nl' } : /^\d$/.test(value) ? { tag: 'nl', spacing: Number(value) } : undefined,
  ],
  ['np', (value) => (value === '' ? { tag: 'np' } : undefined)],
  [
    'pt',
    (value) => {
      const [, on, off] = /^(\d{0,3})o(\d{0,3})$/.exec(value) ?? []
      if (on === undefined || off === undefined || Number(on) > 255 || Number(off) > 255) return undefined
      return {
        tag: 'pt',
        ...(on !== '' && { on: Number(on) }),
        ...(off !== '' && { off: Number(off) }),
      }
    },
  ],
  ['jl', (value) => justification('jl', value, 5)],
  ['jp', (value) => justification('jp', value, 4)],
  [
    'fo',
    (value) => {
      if (value === '') return { tag: 'fo' }
      const [, digits, version] = /^(\d{1,3})(?:,([0-9a-f]{4}))?$/.exec(value) ?? []
      const font = number(digits, 255)
      if (font === undefined || font === 0) return undefined
      return { tag: 'fo', font, ...(version !== undefined && { version }) }
    },
  ],
  ['cf', (value) => colour('cf', value)],
  ['pb', (value) => colour('pb', value)],
  [
    'cb',
    (value) => {
      if (value === '') return { tag: 'cb' }
      const values = numbers(value, 255)
      return values?.length === 1 ? { tag: 'cb', colour: values[0] as number } : undefined
    },
  ],
  [
    'cr',
    (value) => {
      const values = numbers(value, MOST)
      const shade = values === undefined ? undefined : colourOf(values.slice(4))
      const place = rectangle(values?.slice(0, 4))
      return shade === undefined || place === undefined ? undefined : { tag: 'cr', ...place, colour: shade }
    },
  ],
  [
    'tr',
    (value) => {
      const place = rectangle(numbers(value, MOST))
      return place === undefined ? undefined : { tag: 'tr', ...place }
    },
  ],
  ['sc', (value) => (/^\d{1,2}$/.test(value) ? { tag: 'sc', spacing: Number(value) } : undefined)],
  [
    'fl',
    (value) => {
      if (value === '') return { tag: 'fl' }
      const onFirst = /^t(\d{0,2})o(\d{0,2})$/.exec(value)
      const offFirst = /^o(\d{0,2})t(\d{0,2})$/.exec(value)
      const [on, off] = onFirst ? [onFirst[1], onFirst[2]] : [offFirst?.[2], offFirst?.[1]]
      if (on === undefined || off === undefined) return undefined
      return {
        tag: 'fl',
        first: onFirst ? 'on' : 'off',
        ...(on !== '' && { on: Number(on) }),
        ...(off !== '' && { off: Number(off) }),
      }
    },
  ],
  ['mv', moving],
  ['ms', (value) => maker('ms', value)],
  [
    'f',
    (value) => {
      const [field, width, ...more] = numbers(value, 255) ?? []
      if (field === undefined || field < 1 || field > 13 || more.length > 0) return undefined
      return { tag: 'f', field, ...(width !== undefined && { width }) }
    },
  ],
  [
    'g',
    (value) => {
      const [, digits, x, y, version] =
        /^(\d{1,3})(?:,(\d{1,5}),(\d{1,5})(?:,([0-9a-f]{4}))?)?$/.exec(value) ?? []
      const graphic = number(digits, 255)
      if (graphic === undefined || graphic === 0) return undefined
      return {
        tag: 'g',
        graphic,
        ...(x !== undefined && { at: { x: Number(x), y: Number(y) } }),
        ...(version !== undefined && { version }),
      }
    },
  ],
]

function justification(tag: 'jl' | 'jp', value: string, most: number): MultiPart | undefined {
  if (value === '') return { tag }
  return /^\d$/.test(value) && Number(value) >= 1 && Number(value) <= most
    ? { tag, value: Number(value) }
    : undefined
}

function colour(tag: 'cf' | 'pb', value: string): MultiPart | undefined {
  if (value === '') return { tag }
  const shade = colourOf(numbers(value, 255) ?? [])
  return shade === undefined ? undefined : { tag, colour: shade }
}

function maker(tag: 'ms' | '/ms', value: string): MultiPart | undefined {
  const [id, more, ...rest] = numbers(value, MOST) ?? []
  if (id === undefined || rest.length > 0) return undefined
  return { tag, maker: id, ...(more !== undefined && { value: more }) }
}

function moving(value: string): MultiPart | undefined {
  const [, how, text] = /^([cl]\d*[lr]\d{1,5},\d{1,3},\d{1,3}),(.*)$/s.exec(value) ?? []
  return how === undefined || text === undefined ? undefined : { tag: 'mv', how, text }
}

function rectangle(values: readonly number[] | undefined): MultiRectangle | undefined {
  const [x, y, width, height, ...more] = values ?? []
  if (!x || !y || width === undefined || height === undefined || more.length > 0) return undefined
  return { x, y, width, height }
}

/**
 * Reads a message. Anything that is not MULTI is a fault, never a guess: a sign that guesses shows something else.
 *
 * `[hcH]` becomes the character that it is.
 *
 * @returns its parts; neighbouring text is one part
 */
export function readMulti(multi: string): Result<readonly PlacedPart[], MultiFault> {
  if (multi.length > LONGEST_MULTI) return fault('other', 0, `is longer than ${LONGEST_MULTI} characters`)
  const parts: PlacedPart[] = []
  const write = (text: string, position: number): void => {
    const last = parts.at(-1)
    if (last?.tag === 'text') parts[parts.length - 1] = { ...last, text: last.text + text }
    else parts.push({ tag: 'text', text, position })
  }
  const run = /[^[\]\p{Cc}\p{Cs}]+/uy
  let at = 0
  while (at < multi.length) {
    run.lastIndex = at
    const plain = run.exec(multi)?.[0]
    if (plain !== undefined) {
      write(plain, at)
      at += plain.length
    } else if (multi.startsWith('[[', at) || multi.startsWith(']]', at)) {
      write(multi.charAt(at), at)
      at += 2
    } else if (multi.charAt(at) !== '[') {
      return multi.charAt(at) === ']'
        ? fault('other', at, 'has a ] that ends no tag; a bracket that is text is doubled')
        : fault('characterNotDefined', at, 'has a control character')
    } else {
      const end = multi.indexOf(']', at)
      if (end === -1) return fault('unsupportedTag', at, 'has a tag without ]')
      const read = readTag(multi.slice(at + 1, end), at)
      if (!read.ok) return read
      if (read.value.tag === 'text') write(read.value.text, at)
      else parts.push({ ...read.value, position: at })
      at = end + 1
    }
  }
  return ok(parts)
}

function readTag(body: string, at: number): Result<MultiPart, MultiFault> {
  const lower = body.toLowerCase()
  const hex = /^hc([0-9a-f]{1,4})$/.exec(lower)?.[1]
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16)
    return code === 0 || (code >= 0xd800 && code < 0xe000)
      ? fault('unsupportedTagValue', at, `has no character ${hex}`)
      : ok({ tag: 'text', text: String.fromCharCode(code) })
  }
  const entry = TAGS.find(([name]) => lower.startsWith(name))
  if (entry === undefined)
    return lower.startsWith('hc')
      ? fault('unsupportedTagValue', at, 'has a value that is not allowed in hc')
      : fault('unsupportedTag', at, 'has a tag that NTCIP 1203 has not')
  const [name, read] = entry
  // Text that moves keeps its capitals.
  const part = read(
    name === 'mv'
      ? lower.slice(2, textStart(lower)) + body.slice(textStart(lower))
      : lower.slice(name.length),
  )
  return part === undefined
    ? fault('unsupportedTagValue', at, `has a value that is not allowed in ${name}`)
    : ok(part)
}

/** Where the text of a moving tag starts: after its third comma. */
function textStart(body: string): number {
  const found = /^(?:[^,]*,){3}/.exec(body)?.[0].length
  return found ?? body.length
}

/**
 * Writes parts as MULTI, one way only: lower-case tags, no needless zeros, text as Latin-1 with doubled brackets, any other
 * character as `[hcH]`. What is text can so never become a tag.
 *
 * @throws RangeError for a character beyond U+FFFF, which MULTI cannot name
 */
export function writeParts(parts: readonly MultiPart[]): string {
  return parts.map(writePart).join('')
}

function writePart(part: MultiPart): string {
  const optional = (value: number | string | undefined): string => (value === undefined ? '' : String(value))
  const shade = (value: MultiColour | undefined): string =>
    value === undefined ? '' : [value].flat().join(',')
  switch (part.tag) {
    case 'text':
      return Array.from(part.text, writeCharacter).join('')
    case 'nl':
    case 'sc':
      return `[${part.tag}${optional(part.spacing)}]`
    case 'pt':
      return `[pt${optional(part.on)}o${optional(part.off)}]`
    case 'jl':
    case 'jp':
      return `[${part.tag}${optional(part.value)}]`
    case 'fo':
      return `[fo${optional(part.font)}${part.version === undefined ? '' : `,${part.version}`}]`
    case 'cf':
    case 'pb':
    case 'cb':
      return `[${part.tag}${shade(part.colour)}]`
    case 'cr':
      return `[cr${part.x},${part.y},${part.width},${part.height},${shade(part.colour)}]`
    case 'tr':
      return `[tr${part.x},${part.y},${part.width},${part.height}]`
    case 'g':
      return `[g${[part.graphic, ...(part.at ? [part.at.x, part.at.y] : []), ...(part.version ? [part.version] : [])].join(',')}]`
    case 'fl': {
      if (part.first === undefined) return '[fl]'
      const [on, off] = [`t${optional(part.on)}`, `o${optional(part.off)}`]
      return part.first === 'on' ? `[fl${on}${off}]` : `[fl${off}${on}]`
    }
    case 'f':
      return `[f${part.field}${part.width === undefined ? '' : `,${part.width}`}]`
    case 'mv':
      return `[mv${part.how},${part.text}]`
    case 'ms':
    case '/ms':
      return `[${part.tag}${part.maker}${part.value === undefined ? '' : `,${part.value}`}]`
    default:
      return `[${part.tag}]`
  }
}

function writeCharacter(character: string): string {
  if (character === '[' || character === ']') return character + character
  if (/^[\x20-\x7e\xa0-\xff]$/.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code === 0 || code > 0xffff || (code >= 0xd800 && code < 0xe000))
    throw new RangeError('MULTI has no way to write this character; transliterate the text first')
  return `[hc${code.toString(16)}]`
}

/** The one way to write a message: two messages that say the same in the same way are equal. */
export function normaliseMulti(multi: string): Result<string, MultiFault> {
  const read = readMulti(multi)
  return read.ok ? ok(writeParts(read.value)) : read
}

export function fault(error: MultiError, at: number, message: string): Result<never, MultiFault> {
  return fail({ error, at, message })
}
