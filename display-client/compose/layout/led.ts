import { DRIVER_RULES, letterHeights, viewingTime } from '../../panel/legibility.ts'
import type { PanelProfile } from '../../panel/profile.ts'
import type { BitmapFont } from '../bitmap-font.ts'
import type { Colour, Rectangle, TextBox } from '../composition.ts'
import { fontNamed } from '../library.ts'
import type { Request } from '../request.ts'
import { fitSign, type SignFit, type SignLine } from '../sign-fit.ts'
import { type Script, scriptOf } from '../sign-script.ts'
import type { Spoken } from '../spoken.ts'
import { sizeBonus } from '../worth.ts'
import { type Candidate, pictogramOf, pictured, type Size } from './led-picture.ts'

type Pixels = NonNullable<PanelProfile['pixels']>

/** Lit colours: the kind of alert stands out where the panel has more than one. Never red on black. */
const LIT: Readonly<Record<Pixels['colours'], { readonly kind: Colour; readonly text: Colour }>> = {
  mono: { kind: '#ffffff', text: '#ffffff' },
  amber: { kind: '#ffb000', text: '#ffb000' },
  classic: { kind: '#ffb000', text: '#ffffff' },
  rgb: { kind: '#ffb000', text: '#ffffff' },
}
/** That it is over stands out in green, where there is any. */
const LIT_END: typeof LIT = {
  ...LIT,
  classic: { ...LIT.classic, kind: '#00ff00' },
  rgb: { ...LIT.rgb, kind: '#00ff00' },
}
const UNLIT: Colour = '#000000'

/** Composes for a matrix of LEDs: centred lines in the type of dots that gives the best message, beside a picture where that costs no fact. */
export function composeLed(request: Request, surface: Size, colours: Pixels['colours']): Spoken {
  const lit = (pictogramOf(request) === 'end' ? LIT_END : LIT)[colours]
  const scriptFor = scripts(request)
  const { font, made, room, boxes } = pictured(request, {
    surface,
    colour: lit.kind,
    best: (size) => bestIn(request, size, scriptFor),
    inkOf,
  })
  const pages = made.pages.map((lines, index) => ({
    content: {
      type: 'pixels' as const,
      ...{ width: surface.width, height: surface.height, background: UNLIT },
      boxes: [...boxes, ...draw(lines, font, lit, room, request.words.language)],
    },
    texts: lines.flatMap(({ runs }) => runs.map((run) => run.text)),
    units: made.units[index] ?? 0,
  }))
  return { ...made.spoken, language: request.words.language, pages }
}

/** The best message in a part of the panel, and its type. */
function bestIn(request: Request, size: Size, scriptFor: ScriptFor): Candidate {
  const fonts = fontsFor(request, size.height)
  const candidate = (font: BitmapFont): Candidate => ({
    font,
    made: fitWith(request, font, size, scriptFor(font)),
  })
  const lightest = fonts
    .filter((font, index) => fonts[index + 1]?.capHeight !== font.capHeight)
    .map(candidate)
  const best = bestOf(lightest)
  // A heavier type is never narrower than the lighter one of its size: it is worth a try only where that is the best.
  const heavier = fonts
    .filter((font) => font !== best.font && font.capHeight === best.font.capHeight)
    .map(candidate)
  const fits = [...heavier, best, ...lightest.filter((one) => one !== best)]
  const { font, made } = bestOf(fits)
  // A type that was not fitted exactly might have been the best.
  const optimal = fits.every((one) => one.made.spoken.optimal)
  return { font, made: { ...made, spoken: { ...made.spoken, optimal } } }
}

/**
 * The type that its owner named; else those of which a line fits and that can be read from the viewing distance, or by drivers
 * for as long as one unit of information takes; when there are none, the largest of which a line fits.
 */
function fontsFor({ panel, library }: Request, height: number): readonly BitmapFont[] {
  const named = panel.pixels?.font
  if (named !== undefined && named !== 'led') return [fontNamed(library, named)]
  const { floor } = letterHeights(panel)
  const fitting = library.bitmaps.filter((font) => font.height <= height)
  const legible = fitting.filter(
    (font) =>
      font.capHeight >= floor &&
      (viewingTime(panel, font.capHeight) ?? Number.POSITIVE_INFINITY) >= DRIVER_RULES.unit,
  )
  if (legible.length > 0) return legible
  return (fitting.length > 0 ? fitting : library.bitmaps).slice(-1)
}

function fitWith(request: Request, font: BitmapFont, { width, height }: Size, script: Script): SignFit {
  return fitSign(request, {
    script,
    width: (text) => font.advance(text),
    lineWidth: width,
    lines: Math.floor(height / font.height),
    gap: 2 * font.advance(' '),
    factsPerLine: 2,
    capHeight: font.capHeight,
  })
}

type ScriptFor = (font: BitmapFont) => Script

const repertoires = new WeakMap<BitmapFont, string>()

/** One script for all types of the same characters, so that what is written in it need be written once. */
function scripts(request: Request): ScriptFor {
  const known = new Map<string, Script>()
  return (font) => {
    const repertoire = repertoires.get(font) ?? [...font.glyphs.keys()].sort().join('')
    repertoires.set(font, repertoire)
    const hand = { target: font.has, capitals: !font.has('a') }
    const script = known.get(repertoire) ?? scriptOf(request, hand)
    known.set(repertoire, script)
    return script
  }
}

/** What says the most; larger letters are worth something beside that, and more pages cost nothing between types. */
function bestOf(candidates: readonly Candidate[]): Candidate {
  const smallest = Math.min(...candidates.map(({ font }) => font.capHeight))
  const total = Math.max(...candidates.map(({ made }) => made.spoken.utility))
  const value = ({ font, made }: Candidate): number =>
    made.spoken.utility + sizeBonus('sign', total, smallest, font.capHeight)
  return candidates.reduce((a, b) =>
    b.made.keep > a.made.keep || (b.made.keep === a.made.keep && value(b) > value(a)) ? b : a,
  )
}

function draw(
  lines: readonly SignLine[],
  font: BitmapFont,
  lit: { readonly kind: Colour; readonly text: Colour },
  { x, y, width, height }: Rectangle,
  language: string,
): readonly TextBox[] {
  const free = height - lines.length * font.height
  // Lines draw apart as far as there is room, but stay one message.
  const gap = Math.min(Math.floor(free / Math.max(1, lines.length)), Math.floor(font.height / 3))
  const top = y + Math.floor((free - gap * (lines.length - 1)) / 2)
  return lines.flatMap(({ runs }, index) => {
    const last = runs.at(-1)
    const left = Math.floor((width - inkOf({ runs }, font)) / 2)
    return runs.map(
      (run): TextBox => ({
        type: 'text',
        x: x + Math.min(left, width - (last ? last.left + font.advance(last.text) : 0)) + run.left,
        baseline: top + index * (font.height + gap) + font.ascent,
        width: font.advance(run.text),
        text: run.text,
        language,
        font: font.name,
        weight: 400,
        size: font.height,
        colour: run.fact === 'kind' || run.fact === 'banner' ? lit.kind : lit.text,
        fact: run.fact,
      }),
    )
  })
}

/** Without the room after the last letter, px. */
function inkOf({ runs }: SignLine, font: BitmapFont): number {
  const last = runs.at(-1)
  return last ? last.left + font.advance(last.text) - font.spacing : 0
}
