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
export const MULTI_TAGS: readonly (readonly [
  name: string,
  read: (value: string) => MultiPart | undefined,
])[] = [
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
