import { pageReadingTime, unitsOf } from '../panel/legibility.ts'
import type { PanelFormat } from '../panel/profile.ts'
import type { DroppedFact } from './composition.ts'
import { atomsOf, type Fact } from './facts.ts'
import type { FitFact, FitWording } from './fit-problem.ts'
import { plainText } from './plain-text.ts'
import { bannerOf, type Request } from './request.ts'
import { type Hand, type WrittenFact, type WrittenWording, writeFacts } from './writing.ts'

/** The fact under which a text of the issuer is reported. */
export const SHORT = 'short'

/** Facts as a sign says them. */
export interface Prepared {
  readonly facts: readonly Fact[]
  readonly dropped: readonly DroppedFact[]
  readonly written: readonly WrittenFact[]
  /** The same for the fitter. */
  readonly fitted: readonly Omit<FitFact, 'width'>[]
}

/** All that a sign may say, written in one hand: the same in every type of those characters, but for the widths. */
export interface Script {
  readonly hand: Hand
  /** The words of the banner, from long to short; undefined for a real alert. */
  readonly banner: readonly string[] | undefined
  /** The texts of the issuer, in the order in which they are tried. */
  readonly shorts: readonly Prepared[]
  readonly facts: Prepared
}

export function scriptOf(request: Request, hand: Hand): Script {
  const { language } = request.words
  const { facts, dropped } = request.facts({
    abbreviations: true,
    drivers: request.panel.trafficSpeed > 0,
  })
  const banner = bannerOf(request)?.flatMap((text, index) => {
    const [written] = writeFacts([bannerFact(text, index)], hand, language).facts
    return written?.wordings[0]?.atoms.join(' ') ?? []
  })
  return {
    hand,
    banner,
    shorts: shortFacts(request).map((texts) => prepare(request, hand, texts, [])),
    facts: prepare(request, hand, facts, dropped),
  }
}

function prepare(
  { panel, words }: Request,
  hand: Hand,
  facts: readonly Fact[],
  dropped: readonly DroppedFact[],
): Prepared {
  const written = writeFacts(facts, hand, words.language)
  return {
    facts,
    dropped: [...dropped, ...written.dropped],
    written: written.facts,
    fitted: written.facts.map((fact) => signFact(fact, panel)),
  }
}

/** Only drivers' time and pages are counted in units: to look for codes in every wording took a tenth of a composition. */
export function unitsIn(panel: PanelFormat, fact: WrittenFact, wording: WrittenWording): number {
  return panel.trafficSpeed > 0 ? unitsOf(wording.atoms.join(' '), fact.role === 'plate') : 0
}

function signFact(fact: WrittenFact, panel: PanelFormat): Omit<FitFact, 'width'> {
  const { id, weight, keep, whole, joined } = fact
  const wordings = fact.wordings.map(
    (wording): FitWording => ({
      atoms: wording.atoms,
      quality: wording.quality,
      units: unitsIn(panel, fact, wording),
      // Nobody hurries a reader on foot.
      wordTime:
        panel.trafficSpeed > 0 ? pageReadingTime(panel, { texts: [wording.atoms.join(' ')], units: 0 }) : 0,
    }),
  )
  return { id, weight, keep, whole, joined, lineHeight: 1, wordings }
}

function bannerFact(text: string, index: number): Fact {
  return {
    id: 'banner',
    role: 'kind',
    weight: 100,
    keep: true,
    whole: true,
    joined: false,
    wordings: [{ index, quality: 1000, atoms: atomsOf(text) }],
  }
}

/** The texts of the issuer as facts, in the order in which they are tried. */
function shortFacts({ alert, speech, panel }: Request): readonly (readonly Fact[])[] {
  const short = Object.entries(alert.short).find(([tag]) => tag.split('-', 1)[0] === speech.language)?.[1]
  if (short === undefined) return []
  const whole = (texts: readonly string[] | undefined, oneLine: boolean): readonly Fact[] =>
    (texts ?? []).map((text) => ({
      id: SHORT,
      role: 'text',
      weight: 100,
      keep: true,
      whole: oneLine,
      joined: false,
      wordings: [{ index: -1, quality: 1000, atoms: atomsOf(plainText(text)) }],
    }))
  const lines = whole(short.panels, true)
  const running = [short.line360, short.line90].map((text) =>
    whole(text === undefined ? undefined : [text], false),
  )
  return (panel.trafficSpeed > 0 ? [lines] : [...running, lines]).filter((facts) => facts.length > 0)
}
