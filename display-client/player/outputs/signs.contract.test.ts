import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Alert } from '../../alert/model.ts'
import { Disposables } from '../../base/disposal.ts'
import { formatFault } from '../../base/document.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { compose } from '../../compose/compose.ts'
import { allFonts, type Library } from '../../compose/library.ts'
import { readCellFont } from '../../paint/character-sign.ts'
import { startPseudoTerminal } from '../../simulators/pseudo-terminal.ts'
import { OWNERS_TEXT } from '../../simulators/sign-model.ts'
import { type Behaviour, SignSimulator } from '../../simulators/sign-simulator.ts'
import { amberAlert, updateOf } from '../../testkit/alerts.ts'
import { SAMPLE_SIGNS, type SampleSign } from '../../testkit/sample-signs.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../../testkit/test-clock.ts'
import { loadConfig } from '../config.ts'
import { diskFiles } from '../files.ts'
import { readLibrary } from '../library-files.ts'
import type { Output, Programme } from './output.ts'
import { outputsOf } from './outputs.ts'

const HOUR = 3_600_000
/** For `until`: a pseudo-terminal takes its time. */
const SLOW = 20

let library: Library
let cellFont: BitmapFont

beforeAll(async () => {
  const read = await readLibrary()
  const font = await readCellFont()
  if (!read.ok || !font.ok) throw new Error('the files of Kijkuit are faulty')
  library = read.value
  cellFont = font.value
})

let clock: TestClock
let held: Disposables
beforeEach(() => {
  clock = new TestClock()
  held = new Disposables()
})
afterEach(async () => {
  await held.dispose()
  expect(clock.waiting).toBe(0)
})

/** A panel with its sign at `connection`, as a player would have made it. */
function driver(sample: SampleSign, connection: string, changes: { readonly refresh?: number } = {}) {
  const output = { ...(sample.changes['output'] as object), connection, ...changes }
  const panelText = JSON.stringify({ id: 'sign', preset: sample.preset, ...sample.changes, output })
  const text = `{ schema: kijkuit-player/1, player: test, brokers: ["mqtt://127.0.0.1"], areas: [nl], keyring: k, data: d, panels: [${panelText}] }`
  const read = (path: string): string | undefined =>
    path === '/p/player.yaml' ? text : path === '/p/k' ? '{}' : diskFiles.read(path)
  const config = loadConfig('/p/player.yaml', { read, list: diskFiles.list })
  if (!config.ok) throw new Error(config.failure.map(formatFault).join('\n'))
  const [panel] = config.value.panels
  if (panel === undefined) throw new Error('no panel')
  const lines: string[] = []
  const made = outputsOf([panel], {
    clock,
    random: () => 0,
    log: { info: () => {}, warn: (line) => void lines.push(line) },
    signs: { set: () => {} },
    cellFont,
    fonts: () => allFonts(library),
    photo: () => undefined,
  }).get('sign')
  if (made?.sign === undefined) throw new Error('no way to the sign')
  held.add(made.sign)
  const delivered: string[] = []
  made.sign.onDelivered = (revision, _, proof) => void delivered.push(`${revision} ${proof}`)
  const programme = (alert: Alert, until = TEST_TIME + HOUR): Programme => {
    const { sender, incident, revision, kind, status } = alert
    const composition = compose(alert, panel, library)
    return [{ about: { sender, incident, revision, kind, status }, live: true, until, composition }]
  }
  return { output: made, lines, delivered, programme }
}

/** Lets test time run, and real bytes, until `holds`. @param step ms of test time in some 3 ms */
async function until(holds: () => boolean, what: string, step = 100): Promise<void> {
  for (let round = 0; round < 2_000; round += 1) {
    if (holds()) return
    await new Promise((done) => setTimeout(done, 3))
    clock.advance(step)
  }
  throw new Error(`never: ${what}`)
}

/** Only the first page, which no other ever follows. */
function firstPage([item]: Programme): Programme {
  if (item === undefined) throw new Error('no programme')
  const { composition } = item
  return [{ ...item, composition: { ...composition, pages: composition.pages.slice(0, 1) } }]
}

/** What the pages of `programme` look like on a sign, each. */
function looks(output: Output, programme: Programme): readonly string[] {
  const pages = programme.flatMap(({ composition }) => composition.pages)
  return pages.map(({ content }, index) => {
    if (content.type === 'characters') return JSON.stringify(content.lines)
    const frame = output.channel.stage.pages[index]?.content
    if (frame?.type !== 'frame') throw new Error('no frame')
    return frame.pixels
  })
}

function lookOf({ model: { seen } }: SignSimulator): string {
  if ('pixels' in seen) return Buffer.from(seen.pixels).toString('base64')
  // A line that is empty at the bottom is not composed.
  return JSON.stringify(seen.slice(0, seen.findLastIndex((line) => line !== '') + 1))
}

describe.each(SAMPLE_SIGNS)('every sign keeps the contract: $name', (sample) => {
  const home = sample.hasOwnersText ? JSON.stringify([OWNERS_TEXT]) : undefined
  let sign: SignSimulator
  const isClear = (): boolean => {
    const look = lookOf(sign)
    return home === undefined ? look === '[]' || /^A+=*$/.test(look) : look === home
  }
  /** Whether every page of `programme` has been on the sign since it was called first. */
  const shows = (output: Output, programme: Programme): (() => boolean) => {
    const missing = new Set(looks(output, programme))
    return () => {
      missing.delete(lookOf(sign))
      return missing.size === 0
    }
  }

  beforeEach(async () => {
    sign = held.add(new SignSimulator(() => sample.make()))
    await sign.start()
  })
  afterEach(() => {
    // Whatever happened, no alert has said anything that it has no business to say.
    expect(sign.model.dangers).toEqual([])
  })
  const connect = () => driver(sample, `tcp://${sign.address}`)

  test('says nothing before it is known what must be on it', async () => {
    connect()
    clock.advance(HOUR)
    await new Promise((done) => setTimeout(done, 20))
    expect(sign.connections).toBe(0)
  })

  test('shows each page, letter for letter or dot for dot, and says so when all were there', async () => {
    const { output, delivered, programme } = connect()
    const one = programme(amberAlert())
    const revision = output.present(one)
    await until(shows(output, one), 'all pages')
    await until(() => delivered.length > 0, 'the proof')
    expect(delivered).toEqual([`${revision} ${sample.answers ? 'accepted' : 'sent'}`])
    expect(output.sign?.status).toEqual({ state: 'connected', reason: '' })
    expect(sign.model.spoiled).toBe(0)
  })

  test('shows an update in its place', async () => {
    const { output, programme } = connect()
    const alert = amberAlert()
    output.present(programme(alert))
    await until(() => !isClear(), 'the alert')
    const second = programme(updateOf(alert, { vehicle: { make: 'Fiat', plate: '12-ABC-3', country: 'NL' } }))
    output.present(second)
    await until(shows(output, second), 'the update')
    // The pages of the first are gone for good.
    const allowed = new Set(looks(output, second))
    for (let round = 0; round < 40; round += 1) {
      await new Promise((done) => setTimeout(done, 1))
      clock.advance(500)
      expect(allowed).toContain(lookOf(sign))
    }
  })

  test('is cleared at the end', async () => {
    const { output, delivered, programme } = connect()
    output.present(programme(amberAlert()))
    await until(() => delivered.length === 1, 'the alert')
    output.present([])
    await until(isClear, 'nothing')
    await until(() => delivered.length === 2, 'the proof')
  })

  test('is cleared when the alert runs out, although nobody says so', async () => {
    const { output, programme } = connect()
    output.present(programme(amberAlert(), TEST_TIME + 15_000))
    await until(() => !isClear(), 'the alert')
    await until(isClear, 'nothing')
    expect(clock.now()).toBeGreaterThanOrEqual(TEST_TIME + 15_000)
    clock.advance(60_000)
    await new Promise((done) => setTimeout(done, 20))
    expect(isClear()).toBe(true)
  })

  test('is cleared at once when the clock turns out to be past the end', async () => {
    const { output, delivered, programme } = connect()
    output.present(firstPage(programme(amberAlert())))
    await until(() => delivered.length === 1 && !isClear(), 'the alert')
    clock.set(TEST_TIME + 2 * HOUR)
    await until(isClear, 'nothing')
  })

  test('is cleared by a player that starts when nothing is alive', async () => {
    const first = connect()
    first.output.present(first.programme(amberAlert()))
    await until(() => !isClear(), 'the alert')
    const shown = lookOf(sign)
    // As when it is killed: the network goes away, and nobody comes back.
    sign.drop()
    await sign.stop()
    await first.output.sign?.dispose()
    expect(lookOf(sign)).toBe(shown)
    await sign.start()
    connect().output.present([])
    await until(isClear, 'nothing')
  })

  test('is cleared by a player that stops', async () => {
    const { output, programme } = connect()
    output.present(programme(amberAlert()))
    await until(() => !isClear(), 'the alert')
    await output.sign?.dispose()
    await until(isClear, 'nothing')
  })

  test('gets the alert again after it has lost its power', async () => {
    const { output, delivered, programme } = connect()
    const one = firstPage(programme(amberAlert()))
    output.present(one)
    await until(() => delivered.length === 1 && !isClear(), 'the alert')
    sign.model.loseMemory()
    expect(isClear()).toBe(true)
    await until(shows(output, one), 'the alert again')
    expect(delivered).toHaveLength(1)
  })

  test('gets the alert when it can be reached at last, and again on each new connection', async () => {
    const address = `tcp://${sign.address}`
    await sign.stop()
    // No refresh comes in between: what brings it is the connection.
    const { output, lines, delivered, programme } = driver(sample, address, { refresh: 600 })
    const one = firstPage(programme(amberAlert()))
    output.present(one)
    await until(() => lines.length > 0, 'a line')
    for (let round = 0; round < 20; round += 1) {
      await new Promise((done) => setTimeout(done, 2))
      clock.advance(30_000)
    }
    // Once, however often it was tried.
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^sign: its sign cannot be reached at tcp:.*ECONNREFUSED.*check its power.*output\.connection/,
    )
    expect(output.sign?.status.state).toBe('failing')
    output.present(firstPage(programme(amberAlert(), clock.now() + HOUR)))
    await sign.start()
    await until(shows(output, one), 'the alert')
    await until(() => delivered.length > 0 && !isClear(), 'the proof')
    sign.drop()
    sign.model.loseMemory()
    await until(shows(output, one), 'the alert again')
    expect(sign.connections).toBeGreaterThan(1)
  })

  const FAULTS: [Behaviour, RegExp][] = [
    ['refuses', /refuses what it is sent; check output\.protocol/],
    ['babbles', /answers with something else/],
    ['says nothing', /does not answer; check its power/],
    // Half of a single byte is nothing.
    ['breaks off', /breaks off its answers|does not answer/],
  ]
  test.each(FAULTS)('survives a sign that %s, and says so once', async (behaviour, line) => {
    const { output, lines, delivered, programme } = connect()
    const one = programme(amberAlert())
    sign.behaviour = behaviour
    output.present(one)
    await until(() => sign.received.length > 0, 'bytes')
    if (sample.answers) {
      await until(() => sign.connections >= 3, 'three connections')
      const said = lines.filter((each) => !each.includes('lost its connection'))
      // An IBIS sign answers a question only: what it says to a text is nothing.
      expect(new Set(said).size).toBe(1)
      expect(said).toHaveLength(1)
      expect(said[0]).toMatch(line)
      expect(delivered).toEqual([])
    }
    sign.behaviour = 'well'
    await until(shows(output, one), 'the alert')
    await until(() => delivered.length > 0, 'the proof')
  })

  test('never gets a command that stands in a text', async () => {
    const { output, delivered, programme } = connect()
    const evil = '\x1b\x20c<E><D*>{[\x01Z00\x02E$\x04]}\r\xff\x07\x0c\n\x08é\x03'
    const alert = amberAlert()
    const info = alert.info.map((each) => ({
      ...each,
      headline: `${evil}${each.headline ?? ''}${evil}`,
      senderName: `${evil}x`,
    }))
    const subject = { ...alert.subject, name: `Zoë ${evil} Jansen` }
    const evilProgramme = programme({ ...alert, info, subject })
    output.present(evilProgramme)
    await until(shows(output, evilProgramme), 'all pages')
    await until(() => delivered.length > 0, 'the proof')
    expect(sign.model.spoiled).toBe(0)
  })

  test('speaks the same over a serial line, and lets go of it', async () => {
    const path = held.add(await temporaryFolder()).join('line')
    held.add(await startPseudoTerminal(path, sign.address))
    const { output, delivered, programme } = driver(sample, `serial:${path}`)
    const one = firstPage(programme(amberAlert()))
    output.present(one)
    await until(shows(output, one), 'the page', SLOW)
    await until(() => delivered.length > 0, 'the proof', SLOW)
    output.present([])
    await until(isClear, 'nothing', SLOW)
    output.present(one)
    await until(shows(output, one), 'the page again', SLOW)
    await output.sign?.dispose()
    await until(isClear, 'nothing', SLOW)
  })
})
