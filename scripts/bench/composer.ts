import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Alert } from '../../display-client/alert/model.ts'
import { compose, composer } from '../../display-client/compose/compose.ts'
import { bestFit } from '../../display-client/compose/fit.ts'
import type { FitFact } from '../../display-client/compose/fit-problem.ts'
import type { Library } from '../../display-client/compose/library.ts'
import { type Panel, PanelProfileSchema } from '../../display-client/panel/profile.ts'
import { TEMPLATES } from '../../display-client/player/config.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { readPanel } from '../commands/panel-argument.ts'

/**
 * What composing costs, ms. The machine is shared, so each thing is done several times and the least counts: that is what
 * it costs, and the rest is what others took. `everyRun` has it all, collection of garbage included.
 */
export interface ComposerCost {
  /** The least that anybody pays who says what is on a panel and proves it: its JSON and the hash of that. */
  readonly floor: readonly number[]
  /** Warm, by kind of panel: each alert on each panel of that kind. */
  readonly warm: ReadonlyMap<
    string,
    { readonly least: readonly number[]; readonly everyRun: readonly number[] }
  >
  /** The first one in a fresh process, by preset: cold, and after the warm-up of a player. */
  readonly first: ReadonlyMap<string, readonly number[]>
  /** One alert for 2,000 panels of 70 formats. */
  readonly many: readonly number[]
  /** What is meant to take long, with how many of these were proven to be the best. */
  readonly adverse: ReadonlyMap<string, { readonly times: readonly number[]; readonly optimal: number }>
}

const PANELS = 2_000
const FORMATS = 70
/** Rounds before anything is measured. */
const WARM_UP = 3
/** Processes that each compose once. */
const STARTS = 5
const FIRST = ['character-3x18', 'drip-192x128', 'station-landscape']

/** @param rounds how often each alert is composed for each panel */
export async function composerCost(rounds: number): Promise<ComposerCost> {
  const read = await readLibrary()
  if (!read.ok) throw new Error('the library is faulty')
  const library = read.value
  const alerts = sampleAlerts()
  const floor: number[] = []
  const warm = new Map<string, { least: readonly number[]; everyRun: readonly number[] }>()
  for (const [kind, panels] of samplePanels()) {
    const pairs = panels.flatMap((panel) => alerts.map((alert) => ({ panel, alert })))
    const runs = pairs.map((): number[] => [])
    // The first rounds are for the compiler.
    for (let round = -WARM_UP; round < rounds; round += 1) {
      for (const [index, { panel, alert }] of pairs.entries()) {
        const [time, composition] = timed(() => compose(alert, panel, library))
        const [bare] = timed(() => createHash('sha256').update(JSON.stringify(composition)).digest('hex'))
        if (round < 0) continue
        runs[index]?.push(time)
        floor.push(bare)
      }
    }
    warm.set(kind, { least: runs.map((times) => Math.min(...times)), everyRun: runs.flat() })
  }
  const first = new Map(
    FIRST.flatMap((preset) => [
      [preset, firstComposition(preset)],
      [`${preset}, after the warm-up`, firstComposition(preset, 'warm')],
    ]),
  )
  return { floor, warm, first, many: manyPanels(library, rounds), adverse: adverse(library, rounds) }
}

function timed<Value>(run: () => Value): [time: number, value: Value] {
  const before = performance.now()
  const value = run()
  return [performance.now() - before, value]
}

function samplePanels(): ReadonlyMap<string, readonly Panel[]> {
  const presets = readdirSync(join(TEMPLATES, 'panels')).map((file) => readPanel(basename(file, '.yaml')))
  const [small, large] = [[sign(3, 18, 2)], [sign(8, 40, 3), sign(4, 24, 3), sign(8, 40, 3, 500)]]
  return new Map([
    ['signs of 3 x 18 characters, 2 pages (goal p99 1)', small],
    ['signs of up to 8 x 40 characters, 3 pages (5)', [...large, ...presets.filter((one) => one.characters)]],
    ['LED presets (5)', presets.filter((one) => one.pixels?.font === 'led')],
    ['screen presets (5)', presets.filter((one) => one.pixels?.font === 'outline')],
  ])
}

function sign(lines: number, columns: number, pages: number, bytes?: number): Panel {
  const characters = { lines, columns, ...(bytes === undefined ? {} : { bytes }) }
  const profile = { schema: 'kijkuit-panel/1', title: 'Sign', viewingDistance: 10, pages, characters }
  return { ...PanelProfileSchema.parse(profile), id: 'sign' }
}

/** Each kind: with photo and without, short and long. */
function sampleAlerts(): readonly Alert[] {
  const face = { x: 400, y: 380, width: 400, height: 520 }
  const size = { width: 1_200, height: 1_600, focus: face }
  const photo = { sha256: 'a'.repeat(64), mimeType: 'image/jpeg', role: 'subject', ...size } as const
  const sentences = Array.from(
    { length: 9 },
    (_, index) => `Dit is zin ${index + 1} van wat er te doen staat.`,
  )
  return (['amber', 'missing-child', 'missing-person', 'public-warning', 'community'] as const).flatMap(
    (kind) =>
      (['Actual', 'Test'] as const).flatMap((status) =>
        [0, 2, 5, 9].map((count): Alert => {
          const media = count === 2 ? [] : [photo]
          const call = count === 5 ? [] : ['112', '0800-6070']
          const sample = amberAlert({ kind, status, media, call })
          const description = sentences.slice(0, count).join(' ')
          return { ...sample, info: sample.info.map((info) => ({ ...info, description })) }
        }),
      ),
  )
}

function firstComposition(...args: readonly string[]): readonly number[] {
  const script = fileURLToPath(new URL('./first-composition.ts', import.meta.url))
  return Array.from({ length: STARTS }, () => {
    const { stdout } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
    const time = Number.parseFloat(stdout)
    if (Number.isNaN(time)) throw new Error(`the first composition for ${args.join(' ')} was not measured`)
    return time
  })
}

function manyPanels(library: Library, rounds: number): readonly number[] {
  const presets = [...samplePanels().values()].flat()
  const panels = Array.from({ length: PANELS }, (_, index): Panel => {
    const format = index % FORMATS
    const preset = presets[format % presets.length] as Panel
    // As many formats as there are: the presets, and those again for readers who stand elsewhere.
    const viewingDistance = preset.viewingDistance * (1 + Math.floor(format / presets.length) / 20)
    return { ...preset, id: `panel-${index}`, viewingDistance }
  })
  const alert = amberAlert()
  return Array.from({ length: rounds }, () => {
    const all = composer(library)
    return timed(() => panels.map((panel) => all(alert, panel)))[0]
  })
}

function adverse(library: Library, rounds: number): ComposerCost['adverse'] {
  const long = amberAlert({ kind: 'public-warning' })
  const sentences = Array.from({ length: 2_500 }, (_, index) => `Dit is zin ${index}.`).join(' ')
  const tenThousand = { ...long, info: long.info.map((info) => ({ ...info, description: sentences })) }
  const onScreen = readPanel('atm-1280x1024')
  const many = (run: (round: number) => { readonly optimal: boolean }) => {
    const all = Array.from({ length: rounds * 4 }, (_, index) => {
      const again = Array.from({ length: rounds }, () => timed(() => run(index)))
      return { time: Math.min(...again.map(([time]) => time)), optimal: again[0]?.[1].optimal }
    })
    return { times: all.map(({ time }) => time), optimal: all.filter(({ optimal }) => optimal).length }
  }
  const limits = {
    pages: 3,
    pagePrice: 20_000,
    height: 8,
    width: 40,
    beside: { most: 2, gap: 1 },
    factGap: 0,
  }
  const bytes = { most: 600, of: (text: string) => text.length }
  const reading = { available: 60_000, perUnit: 2_000, gap: 300, page: 0 }
  return new Map([
    ['10,000 words on a screen', many(() => compose(tenThousand, onScreen, library))],
    ['a sign of one character', many(() => compose(long, sign(1, 1, 1), library))],
    ['24 unrelated facts x 12 wordings, 8 x 40 x 3', many((round) => bestFit(facts(round), limits))],
    ['the same within 600 bytes', many((round) => bestFit(facts(round), { ...limits, bytes }))],
    ['the same for drivers', many((round) => bestFit(facts(round), { ...limits, unitsPerPage: 6, reading }))],
    ['wordings that never fit', many((round) => bestFit(facts(round), { ...limits, width: 0 }))],
  ])
}

/** Facts of which nothing about one wording follows from another. */
function facts(seed: number): readonly FitFact[] {
  let state = seed + 1
  const below = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * most)
  }
  return Array.from({ length: 24 }, (_, index) => ({
    id: `fact-${index}`,
    weight: 1 + below(100),
    keep: below(5) === 0,
    whole: below(3) === 0,
    joined: below(5) === 0,
    lineHeight: 1,
    width: (text) => text.length,
    wordings: Array.from({ length: 12 }, () => ({
      atoms: Array.from({ length: 1 + below(14) }, () => 'x'.repeat(1 + below(8))),
      quality: 1 + below(1_000),
      units: 1 + below(4),
      wordTime: below(9) * 1_000,
    })),
  }))
}
