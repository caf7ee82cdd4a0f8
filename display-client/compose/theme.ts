import { z } from 'zod'
import { KINDS } from '../alert/model.ts'
import type { Colour } from './composition.ts'

/** Least contrast of any text with what is behind it (WCAG 2.2 success criterion 1.4.6, level AAA). */
export const LEAST_CONTRAST = 7

/**
 * Contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it from relative luminance.
 *
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrastRatio(one: Colour, other: Colour): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: Colour): number {
  const [red, green, blue] = linear(colour)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Red, green and blue, each 0 to 1 and in proportion to its light. */
function linear(colour: Colour): readonly [number, number, number] {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
}

/** Red is this share of the light of a saturated red. */
const SATURATED_RED = 0.8

/** https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds */
export function isSaturatedRed(colour: Colour): boolean {
  const [red, green, blue] = linear(colour)
  return red > 0 && red / (red + green + blue) >= SATURATED_RED
}

const colour = z.string().regex(/^#[0-9a-f]{6}$/, { error: 'must be a colour #rrggbb in lower case' })

const pair = z
  .strictObject({ background: colour, text: colour })
  .superRefine(({ background, text }, context) => {
    const ratio = contrastRatio(background, text)
    if (ratio >= LEAST_CONTRAST) return
    context.addIssue({
      code: 'custom',
      path: ['text'],
      message: `contrast of ${text} on ${background} is ${ratio.toFixed(2)}; at least ${LEAST_CONTRAST} is needed, so make one of them lighter or darker`,
    })
  })

const look = z.strictObject({
  /** The band with the kind of alert, and the call bar. */
  band: pair,
  /** Everything else. */
  page: pair.superRefine(({ background }, context) => {
    if (!isSaturatedRed(background)) return
    context.addIssue({
      code: 'custom',
      path: ['background'],
      message: `${background} is a saturated red, and a whole picture of it that comes or goes is a flash (WCAG 2.3.1); keep red for the band`,
    })
  }),
})
export type Look = z.output<typeof look>

/** `templates/themes/<name>.yaml`: the colours of the screen layouts. Every pair is checked for contrast at load. */
export const ThemeSchema = z.strictObject({
  schema: z.literal('kijkuit-theme/1', { error: 'must be kijkuit-theme/1' }),
  kinds: z.record(z.enum(KINDS), look),
  /** The end card, whatever the kind was. */
  end: look,
  /** The stripe over a test or an exercise. */
  banner: pair,
  /** A licence plate. */
  plate: pair,
})
export type Theme = z.output<typeof ThemeSchema>
