import { breakLines } from '../breaking.ts'
import type { Colour, Rectangle, TextBox } from '../composition.ts'
import type { Typeface, Weight } from '../measure.ts'
import type { WrittenFact, WrittenWording } from '../writing.ts'

/**
 * Of the room there is, this much is filled, per mille: Chromium's widths differ from the sum of advances by up to
 * 0.08 % (field measurement).
 */
const FILLED = 998

/** Height of a line of running text, as a share of its size. */
export const LEADING = 1.2

/** Lines of one size. */
export interface SetText {
  /** px */
  readonly size: number
  readonly weight: Weight
  readonly lines: readonly string[]
  /** Of the widest line, px. */
  readonly width: number
}

/** A fact set in type. */
export interface SetFact extends SetText {
  readonly fact: WrittenFact
  readonly wording: WrittenWording
}

/** The room that may be filled of a width, px. */
export function usable(width: number): number {
  return Math.floor((width * FILLED) / 1_000)
}

/** Sets atoms in one size; undefined when they do not fit in this width on this many lines. */
export function setText(
  face: Typeface,
  atoms: readonly string[],
  size: number,
  weight: Weight,
  width: number,
  mostLines: number,
): SetText | undefined {
  const measure = (text: string): number => face.advance(text, size, weight)
  const broken = breakLines(atoms, usable(width), measure, mostLines)
  if (broken === undefined) return undefined
  return { size, weight, lines: broken.lines, width: Math.ceil(Math.max(...broken.lines.map(measure))) }
}

/** How a fact of the fixed parts of a page may be set. */
export interface Setting {
  readonly weight: Weight
  /** px */
  readonly width: number
  readonly mostLines: number
  /** px, from the largest down, as {@link sizesDown} makes them: the ends tell what is between. */
  readonly sizes: readonly number[]
}

/** What a type has set; it is forgotten with the type, which is another for every composition. */
const settings = new WeakMap<Typeface, Map<WrittenWording, Map<string, SetText | undefined>>>()

/** The best wording that fits, in the largest of the sizes in which it does. */
export function setFact(face: Typeface, fact: WrittenFact, setting: Setting): SetFact | undefined {
  for (const wording of fact.wordings) {
    const text = setWording(face, wording, setting)
    if (text) return { ...text, fact, wording }
  }
  return undefined
}

/** Most frames differ from the one before in one part only; the others are not set again. */
function setWording(
  face: Typeface,
  wording: WrittenWording,
  { weight, width, mostLines, sizes }: Setting,
): SetText | undefined {
  const byWording = settings.get(face) ?? new Map<WrittenWording, Map<string, SetText | undefined>>()
  settings.set(face, byWording)
  const known = byWording.get(wording) ?? new Map<string, SetText | undefined>()
  byWording.set(wording, known)
  const key = `${weight} ${width} ${mostLines} ${sizes[0]} ${sizes.at(-1)}`
  if (!known.has(key)) {
    known.set(
      key,
      largestThatFits(sizes, (size) => setText(face, wording.atoms, size, weight, width, mostLines)),
    )
  }
  return known.get(key)
}

/**
 * What comes of the largest size in which something fits; what fits in one size fits in every smaller one.
 *
 * @param sizes from the largest down
 */
function largestThatFits(
  sizes: readonly number[],
  set: (size: number) => SetText | undefined,
): SetText | undefined {
  let best = sizes.length > 0 ? set(sizes.at(-1) ?? 0) : undefined
  let low = 0
  let high = best ? sizes.length - 1 : 0
  while (low < high) {
    const middle = (low + high) >> 1
    const text = set(sizes[middle] ?? 0)
    if (text) {
      best = text
      high = middle
    } else {
      low = middle + 1
    }
  }
  return best
}

/** Sizes from `largest` down to `smallest` in steps of about 4 %, px; none when there is no room between. */
export function sizesDown(largest: number, smallest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = largest; size > smallest; size = Math.min(size - 1, Math.floor(size * 0.96)))
    sizes.push(size)
  return largest < smallest ? [] : [...sizes, smallest]
}

export interface Ink {
  readonly language: string
  readonly colour: Colour
  /** As in `TextBox.fact`. */
  readonly fact: string
}

export type Align = 'left' | 'centre' | 'right'

/** Height of set lines from the top of the first capitals to the last baseline, px. */
export function inkHeight(face: Typeface, text: SetText): number {
  return face.capHeight * text.size + (text.lines.length - 1) * text.size * LEADING
}

/** Draws set lines in a box, centred on its height by their capitals. */
export function drawText(
  face: Typeface,
  text: SetText,
  box: Rectangle,
  align: Align,
  ink: Ink,
): readonly TextBox[] {
  const first = Math.round(box.y + (box.height - inkHeight(face, text)) / 2 + face.capHeight * text.size)
  return text.lines.map((line, index) => {
    const width = hundredths(face.advance(line, text.size, text.weight))
    const free = box.width - width
    const x = box.x + (align === 'left' ? 0 : align === 'right' ? Math.floor(free) : Math.floor(free / 2))
    return {
      type: 'text',
      x,
      baseline: first + Math.round(index * text.size * LEADING),
      width,
      text: line,
      language: ink.language,
      font: face.name,
      weight: text.weight,
      size: text.size,
      colour: ink.colour,
      fact: ink.fact,
    }
  })
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
