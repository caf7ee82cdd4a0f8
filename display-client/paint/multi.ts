import { fail, ok, type Result } from '../base/result.ts'
import { MULTI_TAGS, type MultiColour, type MultiPart } from './multi-tags.ts'

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

/** A part and where it starts. */
export type PlacedPart = MultiPart & { readonly position: number }

/** Characters; the largest dmsMaxMultiStringLength. */
export const LONGEST_MULTI = 65_535

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
  const entry = MULTI_TAGS.find(([name]) => lower.startsWith(name))
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
