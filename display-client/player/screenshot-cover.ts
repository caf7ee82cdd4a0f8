import type { Box, PixelContent, Rectangle, TextBox } from '../compose/composition.ts'

/**
 * What of an alert is about nobody in particular, and may be seen on a screenshot: the kind of alert, the banner of tests, the
 * number to call, who says it and when, the thanks of an end card. A list of what may be seen: whatever a template adds is covered.
 */
const NEUTRAL: ReadonlySet<string> = new Set(['kind', 'banner', 'call', 'source', 'thanks'])

/** Around letters, in sizes of the type: accents on capitals, descenders, and what leans out of its advance width. */
const AROUND = { above: 1.15, below: 0.45, beside: 0.15 } as const

/** What stands where somebody's letters stood. */
const COVERED_LETTER = '#'

/** Whether something is about nobody in particular. @param fact as in a text box or a chosen fact */
export function isNeutral(fact: string): boolean {
  return NEUTRAL.has(fact)
}

/** What must be covered of a page of pixels: every photo, and every text that is not neutral. px of the page. */
export function coversOf({ boxes }: Pick<PixelContent, 'boxes'>): readonly Rectangle[] {
  return boxes.flatMap((box) => {
    if (box.type === 'photo') return [grown(box)]
    return box.type === 'text' && !isNeutral(box.fact) ? [extentOf(box)] : []
  })
}

/** All that the letters of a text may touch, px. */
function extentOf({ x, baseline, width, size }: TextBox): Rectangle {
  const beside = Math.ceil(size * AROUND.beside) + 1
  const above = Math.ceil(size * AROUND.above) + 1
  return {
    x: Math.floor(x) - beside,
    y: Math.floor(baseline) - above,
    width: Math.ceil(width) + 2 * beside + 1,
    height: above + Math.ceil(size * AROUND.below) + 1,
  }
}

/** With the px that smoothing may touch. */
function grown({ x, y, width, height }: Rectangle): Rectangle {
  const left = Math.floor(x) - 1
  const top = Math.floor(y) - 1
  return { x: left, y: top, width: Math.ceil(x + width) + 1 - left, height: Math.ceil(y + height) + 1 - top }
}

/**
 * A line of a sign of characters without what is about somebody: each letter of it becomes `#`.
 *
 * @param neutral the texts of the neutral facts on this page; what is not found whole between spaces is covered
 */
export function coveredLine(line: string, neutral: readonly string[]): string {
  const isKept = new Array<boolean>(line.length).fill(false)
  for (const text of neutral) {
    const at = ` ${line} `.indexOf(` ${text} `)
    if (text !== '' && at >= 0) isKept.fill(true, at, at + text.length)
  }
  let covered = ''
  let index = 0
  for (const letter of line) {
    covered += isKept[index] || letter === ' ' ? letter : COVERED_LETTER
    index += letter.length
  }
  return covered
}

/** A px of a page that shows one colour, whatever is on it. */
export interface Sample {
  readonly x: number
  readonly y: number
  /** `#rrggbb` */
  readonly colour: string
}

/** Points along each side of a box. */
const POINTS = 12

/**
 * Points by which a picture can be told to be of this page: of its background and of every filled box, where nothing lies on top.
 */
export function samplesOf({ width, height, background, boxes }: PixelContent): readonly Sample[] {
  const whole = { type: 'fill', x: 0, y: 0, width, height, colour: background } as const
  const all: readonly Box[] = [whole, ...boxes]
  return all.flatMap((box, index) => {
    if (box.type !== 'fill') return []
    const above = all
      .slice(index + 1)
      .map((other) => (other.type === 'text' ? extentOf(other) : grown(other)))
    return pointsOf(box).flatMap(({ x, y }) => {
      const isHidden = x >= width || y >= height || above.some((other) => isIn(other, x, y))
      return isHidden ? [] : [{ x, y, colour: box.colour }]
    })
  })
}

function pointsOf({ x, y, width, height }: Rectangle): readonly { readonly x: number; readonly y: number }[] {
  const steps = Array.from({ length: POINTS }, (_, index) => (index + 0.5) / POINTS)
  return steps.flatMap((across) =>
    steps.map((down) => ({ x: Math.floor(x + across * width), y: Math.floor(y + down * height) })),
  )
}

function isIn({ x, y, width, height }: Rectangle, left: number, top: number): boolean {
  return left >= x && left < x + width && top >= y && top < y + height
}
