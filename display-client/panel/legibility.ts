import { codesIn } from './codes.ts'
import type { PanelProfile } from './profile.ts'

/**
 * How large letters must be and how long reading takes, as pure functions of published rules.
 *
 * Two kinds of reader: people on foot, who see a panel under an angle and may stop, and drivers (`trafficSpeed` above
 * 0), who have only the seconds between the point where the letters become legible and the panel.
 */

/** What of a panel decides legibility. */
export type Viewing = Pick<PanelProfile, 'pixels' | 'viewingDistance' | 'trafficSpeed' | 'pages'>

/** Angle of a capital's height at the reader's eye, arc minutes (ISO 9241-3: at least 16, preferred 20 to 22). */
export const LETTER_ANGLE = { preferred: 22, floor: 16 } as const

/** The fewest dots of which capitals are made up: 5 x 7 (ISO 9241-3), px. */
export const SMALLEST_CAPITALS = 7

/** Reading distance per letter height, m per cm: 3.7 is TTI's 85th percentile by day; TNO 1995 found up to 6.2. */
export const LEGIBILITY_INDEX = 3.7

/** Rules for messages to drivers (NCHRP Human Factors Guidelines, Collection C, after Dudek). */
export const DRIVER_RULES = {
  /** Phases of one message, at most. */
  phases: 2,
  /** Units of information in one phase, at most. */
  unitsPerPhase: 3,
  /** Units in a whole message at and above `fastFrom`, at most; below it one more. */
  unitsPerFastMessage: 4,
  /** 35 mph, km/h. */
  fastFrom: 56,
  /**
   * Ours: at and below this speed traffic queues, and a driver looks more than once: only the time counts, and no number
   * of units, km/h.
   */
  queue: 30,
  /** Reading time of one unit, ms. */
  unit: 2_000,
  /** Reading time of one word, ms. */
  word: 1_000,
  /** Blank time between two phases, ms. */
  gap: 300,
} as const

/** Units that a plate or a number of more than three digits counts for: "more than three" (Dudek, TRR 2012, 2007). */
export const UNITS_OF_A_CODE = 4

/** People on foot: 160 words a minute (the low end of Ofcom's range for text on television), ms a word. */
export const WORD_ON_FOOT = 375
/** A reader of timed text manages 17 characters a second (Netflix, adult programmes), ms a character. */
export const CHARACTER_ON_FOOT = 1_000 / 17
/** Ours: to notice that a page is there, or that it changed, ms. */
export const NOTICE_ON_FOOT = 1_500
/** Ours: no page leaves sooner, however short it is, ms. */
export const SHORTEST_PAGE_ON_FOOT = 4_000

/** Running text on a sign of one line, for people on foot. */
export const RUNNING_TEXT = {
  /** Ours: every character stays in view for at least this long, ms; so a short sign runs slowly. */
  exposure: 2_000,
  /** Ours: one pass takes at most this long, ms: who walks towards a sign meets it once. */
  pass: 20_000,
  /** Ours: it must say this much more than pages that stand still, per cent: those are read at the reader's own pace. */
  gain: 20,
} as const

/** A face on a matrix of LEDs, by which somebody unknown can be identified. */
export const FACE_ON_LEDS = {
  /** 250 px/m (IEC 62676-4:2014, "identify") on the 24 cm of a face, px. */
  shaded: 60,
  /** Ours: twice as many where a dot is on or off, because only several of them make a grey, px. */
  onOff: 120,
  /** An eye parts one minute of arc (visual acuity 1.0, ISO 8596): one for each of those 60 px, arc minutes. */
  angle: 60,
} as const

/** Smallest capital heights, px. */
export interface LetterHeights {
  /** What a page starts from. */
  readonly preferred: number
  /** Nothing is ever smaller: rather fewer words. */
  readonly floor: number
}

/**
 * Capital height that subtends an angle (h = d x arc minutes / 3438), px rounded up, never below 5 x 7 dots.
 *
 * @param distance m
 * @param pitch mm
 * @param angle arc minutes
 */
export function capHeightAt(distance: number, pitch: number, angle: number): number {
  return Math.max(SMALLEST_CAPITALS, Math.ceil((distance * 1_000 * angle) / 3_438 / pitch))
}

/**
 * The letter heights for the farthest reader of a panel.
 *
 * For drivers `preferred` is what is legible from as far as the panel can be seen (height = distance / legibility index).
 * Smaller letters are read for a shorter time, and {@link viewingTime} accounts for that: `floor` is the dot-matrix minimum.
 * A panel of characters has the letters it has: both are that minimum.
 */
export function letterHeights(panel: Viewing): LetterHeights {
  const { pixels, viewingDistance, trafficSpeed } = panel
  if (pixels === undefined) return { preferred: SMALLEST_CAPITALS, floor: SMALLEST_CAPITALS }
  if (trafficSpeed > 0) {
    const height = Math.ceil((viewingDistance * 10) / LEGIBILITY_INDEX / pixels.pitch)
    return { preferred: Math.max(SMALLEST_CAPITALS, height), floor: SMALLEST_CAPITALS }
  }
  return {
    preferred: capHeightAt(viewingDistance, pixels.pitch, LETTER_ANGLE.preferred),
    floor: capHeightAt(viewingDistance, pixels.pitch, LETTER_ANGLE.floor),
  }
}

/**
 * Height below which a face on a matrix of LEDs is recognised by nobody, px. Infinity for drivers: they have no time for a face, and
 * are told no names either.
 */
export function smallestFaceOnLeds({ pixels, trafficSpeed, viewingDistance }: Viewing): number {
  if (pixels === undefined || trafficSpeed > 0) return Number.POSITIVE_INFINITY
  const dots = pixels.colours === 'rgb' ? FACE_ON_LEDS.shaded : FACE_ON_LEDS.onOff
  return Math.max(dots, capHeightAt(viewingDistance, pixels.pitch, FACE_ON_LEDS.angle))
}

/** Most pages one alert may have for the readers of this panel: its own limit, and two phases for drivers. */
export function mostPages(panel: Viewing): number {
  return panel.trafficSpeed > 0 ? Math.min(panel.pages, DRIVER_RULES.phases) : panel.pages
}

/** Most units of information on one page; no limit for people on foot and in a queue. */
export function mostUnitsOnPage(panel: Viewing): number {
  return panel.trafficSpeed > DRIVER_RULES.queue ? DRIVER_RULES.unitsPerPhase : Number.POSITIVE_INFINITY
}

/** Most units of information in the whole message; no limit for people on foot and in a queue. */
export function mostUnitsInMessage(panel: Viewing): number {
  if (panel.trafficSpeed <= DRIVER_RULES.queue) return Number.POSITIVE_INFINITY
  const { unitsPerFastMessage, fastFrom } = DRIVER_RULES
  return panel.trafficSpeed >= fastFrom ? unitsPerFastMessage : unitsPerFastMessage + 1
}

/**
 * Time a driver has to read, ms; null for people on foot, who may stop.
 *
 * From where the letters become legible (index x height, but no farther than the viewing distance) to the panel; a
 * panel of characters is legible from its viewing distance. Assumes that the panel can be seen until it is passed: for
 * a gantry that leaves the view earlier, lower `viewingDistance` by that much.
 *
 * @param capHeight px of the smallest capitals shown
 */
export function viewingTime(panel: Viewing, capHeight: number): number | null {
  if (panel.trafficSpeed === 0) return null
  const millimetres = panel.pixels === undefined ? Number.POSITIVE_INFINITY : capHeight * panel.pixels.pitch
  const distance = Math.min(panel.viewingDistance, (millimetres / 10) * LEGIBILITY_INDEX)
  return Math.floor((distance / (panel.trafficSpeed / 3.6)) * 1_000)
}

/** What is on one page, as far as reading time goes. */
export interface PageReading {
  /** Every text of the page. */
  readonly texts: readonly string[]
  /** Units of information on it: the sum of {@link unitsOf} of its facts. */
  readonly units: number
}

/**
 * Units of information in one fact: the answer to one question a driver could ask (what? where? which car?).
 *
 * @param isCode a plate, or anything else read character by character
 */
export function unitsOf(text: string, isCode = false): number {
  return isCode || codesIn(text).length > 0 || /\d(?:[ -]?\d){3}/.test(text) ? UNITS_OF_A_CODE : 1
}

/** Time to read one page on this panel, ms. */
export function pageReadingTime(panel: Viewing, page: PageReading): number {
  const words = page.texts.flatMap(wordsOf)
  if (panel.trafficSpeed > 0) {
    const counted = words.reduce((sum, word) => sum + wordsForDrivers(word), 0)
    return Math.max(DRIVER_RULES.unit * page.units, DRIVER_RULES.word * counted)
  }
  const characters = words.reduce((sum, word) => sum + word.length + 1, 0)
  const reading = Math.max(words.length * WORD_ON_FOOT, characters * CHARACTER_ON_FOOT)
  return Math.max(SHORTEST_PAGE_ON_FOOT, Math.ceil(NOTICE_ON_FOOT + reading))
}

/** Time to read all pages once, ms, with the blank between the phases of a road panel. */
export function readingTime(panel: Viewing, pages: readonly PageReading[]): number {
  const gap = panel.trafficSpeed > 0 ? DRIVER_RULES.gap : 0
  return pages.reduce((sum, page) => sum + pageReadingTime(panel, page), gap * Math.max(0, pages.length - 1))
}

/**
 * How fast a line may run by, cells per second in whole tenths: as fast as the sign does it, but no faster than a reader of
 * timed text follows ({@link CHARACTER_ON_FOOT}), and every character is in view for {@link RUNNING_TEXT}.exposure.
 *
 * @param columns cells of the sign
 * @param device cells per second
 */
export function runningSpeed(columns: number, device: number): number {
  const most = Math.min(device, (columns * 1_000) / RUNNING_TEXT.exposure, 1_000 / CHARACTER_ON_FOOT)
  return Math.max(0.1, Math.floor(most * 10) / 10)
}

/** Time until a running line has passed and begins anew, ms. @param speed cells per second */
export function passTime(cells: number, columns: number, speed: number): number {
  return Math.ceil(((cells + columns) * 1_000) / speed)
}

/** The longest line that passes in the time there is, cells; less than `columns` where running gains nothing. */
export function longestRunning(columns: number, speed: number): number {
  return Math.floor((RUNNING_TEXT.pass * speed) / 1_000) - columns
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
}

/**
 * "Words of four to eight characters, prepositions not counted": shorter ones are read along with the next, unless they
 * are a number or a name in capitals (`A12`, `BMW`); ours: a longer one counts once for every eight characters begun.
 */
function wordsForDrivers(word: string): number {
  const short = word.length < 4 && !/\d/.test(word) && !/^\p{Lu}{2,}$/u.test(word)
  return short ? 0 : Math.ceil(word.length / 8)
}
