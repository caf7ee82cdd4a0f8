import type { Alert } from '../../alert/model.ts'
import type { ChosenFact, Composition, CompositionPage } from '../../compose/composition.ts'
import { atomsOf, factsOf } from '../../compose/facts.ts'
import type { Library } from '../../compose/library.ts'
import { speechesOf } from '../../compose/speech.ts'
import { writeFacts } from '../../compose/writing.ts'
import { mostPages, pageReadingTime, readingTime, unitsOf } from '../../panel/legibility.ts'
import type { Panel } from '../../panel/profile.ts'
import { transliterate } from '../../panel/repertoire.ts'
import { isOf } from '../fit/judge.ts'
import { textsOf } from '../panels.ts'
import { boxFaults } from './geometry.ts'

/**
 * What is wrong with a composition, by its own account and by what stands on its pages. Empty for a good one: nothing
 * overflows, no word is cut, and everything that is missing is named.
 */
export function faultsOf(
  composition: Composition,
  alert: Alert,
  panel: Panel,
  library: Library,
): readonly string[] {
  return [
    ...outcomeFaults(composition, alert, panel, library),
    ...readingFaults(composition, alert, panel),
    ...composition.pages.flatMap((page, index) =>
      pageFaults(page, panel, library).map((fault) => `page ${index + 1}: ${fault}`),
    ),
    ...wordFaults(composition, alert, panel, library),
    ...byteFaults(composition, panel),
  ]
}

/** What becomes of an alert on a panel. */
export type Outcome = 'shown' | 'without what must be kept' | 'blank'

/** The one thing that a composition comes to; undefined when what it says of itself does not add up. */
export function outcomeOf({ pages, chosen, cannotFit }: Composition): Outcome | undefined {
  const blank = pages.every((page) => textsOf(page).length === 0)
  if (blank) return pages.length === 1 && chosen.length === 0 ? 'blank' : undefined
  if (pages.some((page) => textsOf(page).length === 0) || chosen.length === 0) return undefined
  return cannotFit.length === 0 ? 'shown' : 'without what must be kept'
}

function outcomeFaults(
  composition: Composition,
  alert: Alert,
  panel: Panel,
  library: Library,
): readonly string[] {
  const { pages, chosen, dropped, cannotFit, languages } = composition
  const faults: string[] = []
  if (outcomeOf(composition) === undefined) faults.push('has no outcome that has a name')
  if (pages.length === 0 || pages.length > mostPages(panel)) faults.push(`has ${pages.length} pages`)
  if (!composition.optimal) faults.push('does not claim to be optimal')
  if (!/^[0-9a-f]{64}$/.test(composition.hash)) faults.push('has no hash')
  for (const { page } of chosen) if (pages[page] === undefined) faults.push(`has no page ${page}`)
  // Every fact of the alert is accounted for: in one language once. The issuer's own text stands for all of them.
  const shown = chosen.map(({ fact }) => fact)
  const missing = dropped.map(({ fact }) => fact)
  const inAll = (facts: readonly string[]): string =>
    (languages.length === 1 ? [...facts] : [...new Set(facts)]).sort().join()
  const known = languages.flatMap((language) => factIds(alert, panel, library, language))
  if (shown.includes('short')) {
    if (languages.length === 1 && missing.length > 0)
      faults.push(`drops ${missing} beside a text by the issuer`)
  } else if (inAll([...shown, ...missing]) !== inAll(known)) {
    faults.push(`accounts for ${inAll([...shown, ...missing])} and not for ${inAll(known)}`)
  }
  for (const fact of cannotFit)
    if (!missing.includes(fact)) faults.push(`${fact} is neither shown nor dropped`)
  return faults
}

function factIds(alert: Alert, panel: Panel, library: Library, language: string): readonly string[] {
  const { facts, dropped } = listOf(alert, panel, library, language)
  return [...facts, ...dropped.map((one) => ({ id: one.fact }))].map(({ id }) => id)
}

function listOf(alert: Alert, panel: Panel, library: Library, language: string) {
  const template = library.templates.get(alert.kind)
  const words = library.words.get(language)
  if (template === undefined || words === undefined) throw new Error(`no words for ${language}`)
  const speeches = speechesOf(alert, panel.languages)
  const speech = speeches.find((one) => one.language === language) ?? speeches[0]
  return factsOf(alert, speech ?? { language, info: undefined }, template, words, {
    abbreviations: panel.pixels?.font !== 'outline',
  })
}

/** Signs in traffic say no more than can be read in passing. */
function readingFaults(
  { pages, chosen, reading }: Composition,
  alert: Alert,
  panel: Panel,
): readonly string[] {
  const { available } = reading
  if ((available === null) !== (panel.trafficSpeed === 0)) return ['has a reading time for nobody']
  if (available === null || chosen.length === 0) return []
  const read = pages.map((page, index) => ({
    texts: textsOf(page),
    units: chosen
      .filter((fact) => fact.page === index)
      .reduce((sum, { fact, text }) => sum + unitsOf(text, fact === 'plate'), 0),
  }))
  const needed = readingTime(panel, read)
  const faults = needed > available ? [`takes ${needed} ms to read, and there are ${available}`] : []
  const short = pages.filter(
    (page, index) => page.dwell + 100 < pageReadingTime(panel, read[index] ?? { texts: [], units: 0 }),
  )
  return short.length > 0 ? [...faults, `turns a page too soon (${alert.identifier})`] : faults
}

/** A line that runs by is over within 20 s, no faster than the sign and a reader can, and never before it has passed. */
function runningFaults(
  { dwell, content }: CompositionPage,
  cells: number,
  { columns, scroll }: NonNullable<Panel['characters']>,
): readonly string[] {
  if (content.type !== 'characters' || content.scroll === undefined) return []
  const pass = ((cells + columns) * 1_000) / content.scroll
  if (content.scroll > (scroll ?? 0)) return ['runs faster than the sign can']
  if (columns / content.scroll < 2) return ['has each character in view for less than 2 s']
  return pass > 20_000 || dwell < pass ? [`takes ${pass} ms to pass, and stays for ${dwell}`] : []
}

function pageFaults(page: CompositionPage, panel: Panel, library: Library): readonly string[] {
  const { content } = page
  if (content.type === 'pixels')
    return panel.pixels ? boxFaults(content, panel, library) : ['has pixels on a sign of characters']
  const { characters } = panel
  if (characters === undefined) return ['has characters on a panel of pixels']
  const { lines } = content
  const most = content.scroll === undefined ? characters.lines : 1
  const faults = lines.length > most ? [`has ${lines.length} lines`] : []
  for (const line of lines) {
    const cells = Array.from(new Intl.Segmenter('und').segment(line)).length
    faults.push(...runningFaults(page, cells, characters))
    if (cells > characters.columns && content.scroll === undefined)
      faults.push(`“${line}” is ${cells} characters, and there are ${characters.columns}`)
    if (line !== line.trim() || line === '') faults.push(`“${line}” has spaces at its ends`)
    const { repertoire, capitals } = characters
    const written = transliterate(line, repertoire, 'nl', { capitals })
    if (written.text !== line) faults.push(`“${line}” cannot be written on this sign: “${written.text}”`)
  }
  return faults
}

/** The whole message, with one byte for every line break and page break. */
function byteFaults({ pages }: Composition, { characters }: Panel): readonly string[] {
  if (characters?.bytes === undefined) return []
  const message = pages.map((page) => textsOf(page).join('\n')).join('\n')
  const bytes = characters.repertoire === 'unicode' ? Buffer.byteLength(message) : message.length
  return bytes > characters.bytes ? [`is ${bytes} bytes, and there are ${characters.bytes}`] : []
}

/** Every fact shown is a wording of its own, and each of its words is whole on one line of its page. */
function wordFaults(
  composition: Composition,
  alert: Alert,
  panel: Panel,
  library: Library,
): readonly string[] {
  const faults: string[] = []
  const known = new Map<string, readonly (readonly string[])[]>()
  for (const language of composition.languages)
    for (const [fact, wordings] of wordingsIn(alert, panel, library, language))
      known.set(fact, [...(known.get(fact) ?? []), ...wordings])
  const atoms = (one: ChosenFact): readonly (readonly string[])[] =>
    one.fact === 'short'
      ? issued(alert, panel, library, one.text)
      : (known.get(one.fact) ?? []).filter((wording) => wording.join(' ') === one.text)
  for (const one of composition.chosen)
    if (atoms(one).length === 0) faults.push(`${one.fact} says “${one.text}”, which is no wording of it`)
  if (faults.length > 0) return faults
  composition.pages.forEach((page, index) => {
    const here = composition.chosen.filter((one) => one.page === index)
    const { content } = page
    if (content.type === 'characters') {
      if (!reads(content.lines, bannersOf(alert, panel, library), here.map(atoms)))
        faults.push(`page ${index + 1} is not made of its facts: ${content.lines.join(' / ')}`)
      return
    }
    for (const one of here) {
      const lines = content.boxes.flatMap((box) =>
        box.type === 'text' && box.fact === one.fact ? [box.text] : [],
      )
      // Texts of the issuer are several facts under one name.
      const said = one.fact === 'short' ? lines.filter((line) => one.text.includes(line)) : lines
      if (!atoms(one).some((wording) => isOf(said, wording)))
        faults.push(`${one.fact} (${one.text}) is cut: ${lines.join(' / ')}`)
    }
  })
  return faults
}

function handOf(panel: Panel, library: Library): Parameters<typeof writeFacts>[1] {
  if (panel.characters) return { target: panel.characters.repertoire, capitals: panel.characters.capitals }
  const has =
    panel.pixels?.font === 'led'
      ? (one: string): boolean => library.bitmaps.some((font) => font.has(one))
      : (one: string): boolean => library.outline.has(one)
  return { target: has, capitals: false }
}

function wordingsIn(
  alert: Alert,
  panel: Panel,
  library: Library,
  language: string,
): readonly (readonly [string, readonly (readonly string[])[]])[] {
  const { facts } = listOf(alert, panel, library, language)
  return writeFacts(facts, handOf(panel, library), language).facts.map((fact) => [
    fact.id,
    fact.wordings.map(({ atoms }) => atoms),
  ])
}

/** A text of the issuer as it may stand on the panel. */
function issued(alert: Alert, panel: Panel, library: Library, text: string): readonly (readonly string[])[] {
  return Object.entries(alert.short).flatMap(([language, short]) =>
    [...(short?.panels ?? []), short?.line360 ?? '', short?.line90 ?? ''].flatMap((one) => {
      const hand = handOf(panel, library)
      const written = atomsOf(one).map((atom) => transliterate(atom, hand.target, language, hand).text)
      return written.join(' ') === text ? [written] : []
    }),
  )
}

function bannersOf(alert: Alert, panel: Panel, library: Library): readonly string[] {
  if (alert.status !== 'Test' && alert.status !== 'Exercise') return []
  const { status } = alert
  const hand = handOf(panel, library)
  return [...library.words.values()].flatMap(({ banner, language }) =>
    banner[status].map((text) => transliterate(text, hand.target, language, hand).text),
  )
}

/** What may stand between two facts on a line. */
const SEPARATORS = [' - ', '  ', ' ']

/**
 * Whether lines can be read as these facts, in this order and nothing else: words whole, a fact that does not begin its
 * line whole on it. A banner may come first.
 */
function reads(
  lines: readonly string[],
  banners: readonly string[],
  facts: readonly (readonly (readonly string[])[])[],
): boolean {
  const walk = (
    line: number,
    at: number,
    fact: number,
    atoms: readonly string[],
    broken: boolean,
  ): boolean => {
    const text = lines[line]
    if (text === undefined) return fact === facts.length && atoms.length === 0
    const [atom, ...others] = atoms
    if (atom === undefined) {
      // Between two facts: on the same line, unless the last one had lines of its own; or on the next.
      if (at === text.length && at > 0) return walk(line + 1, 0, fact, [], false)
      const begins = at === 0 ? [0] : broken ? [] : separatorsAt(text, at)
      return begins.some((begin) =>
        (facts[fact] ?? []).some((wording) => walk(line, begin, fact + 1, wording, false)),
      )
    }
    if (at === text.length) return walk(line + 1, 0, fact, atoms, true)
    const begin = text.startsWith(atom, at) ? at : text.startsWith(` ${atom}`, at) && at > 0 ? at + 1 : -1
    return begin >= 0 && walk(line, begin + atom.length, fact, others, broken)
  }
  return (
    walk(0, 0, 0, [], false) ||
    banners.some((banner) => {
      const [first = '', ...others] = lines
      if (first === banner) return reads(others, [], facts)
      return separatorsAt(first, banner.length).some(
        (begin) => first.startsWith(banner) && reads([first.slice(begin), ...others], [], facts),
      )
    })
  )
}

function separatorsAt(text: string, at: number): readonly number[] {
  return SEPARATORS.filter((one) => text.startsWith(one, at)).map((one) => at + one.length)
}
