import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { composerCost } from './bench/composer.ts'
import { gatewayCost } from './bench/feed.ts'
import { heldByPage, slopeOf } from './bench/heap.ts'
import { idleLoad } from './bench/idle.ts'
import { journey } from './bench/journey.ts'
import { kiosk } from './bench/kiosk.ts'
import { ledCost } from './bench/led.ts'
import { ledgerCost, textPlayerMemory } from './bench/ledger.ts'
import { figures, type Summary, summarise, table } from './bench/statistics.ts'

/**
 * `npm run bench`: what Kijkuit costs, beside the floor measured in the same run. The machine is shared and noisy, so the
 * ratios are worth more than the milliseconds.
 */

const ROUNDS = 200
/** Updates while a page turns; each waits for a turn, some 5 s. */
const TURNS = 40
/** To the ledger alone. */
const MESSAGES = 2_000
/** Of every sample alert on every sample panel. */
const COMPOSED = 5
/** Alerts to a gateway. */
const GATEWAY_ROUNDS = 20
/** Frames of every size of LED panel. */
const FRAMES = 2_000
/** Photos of 2 MP for each. */
const PHOTOS = 40
/** Shown on one page, one after the other, to see what it keeps; and how often that is measured. */
const SHOWN = { alerts: 10_000, every: 250 }
/** Of these, the first fill caches and compile. */
const WARMING = 1_000
/** For each state of a kiosk, s. */
const IDLE = 20

process.stdout.write(`${ROUNDS} messages each; times in ms; x = times the floor of the same run\n\n`)
// First, while this process holds nothing else: its garbage would be collected in the middle of a message.
const { floor: bare, small, large, restart } = await ledgerCost(MESSAGES)
const {
  atRest,
  whileTurning,
  stations,
  stationsWhileTurning,
  floor: bareWay,
  samePicture,
} = await kiosk({
  atRest: ROUNDS,
  whileTurning: TURNS,
})
const floor = summarise(bareWay)
const samePictureFloor = summarise(samePicture)
const { startToArmed, painted } = await journey(ROUNDS)

const row = (name: string, { median, p99, worst }: Summary, compared?: typeof floor): string[] => [
  name,
  figures(median),
  figures(p99),
  figures(worst),
  compared ? `${(median / compared.median).toFixed(2)}x` : '',
  compared ? `${(p99 / compared.p99).toFixed(2)}x` : '',
]
process.stdout.write(
  `${table([
    ['publish to painted: a kiosk, each part a process', 'median', 'p99', 'worst', 'median', 'p99'],
    row('floor: MQTT, a relay, WebSocket, a page of one line', floor),
    row('floor: the same, a page of the same picture', samePictureFloor, floor),
    row('at rest (goal 12, p99 35, 1.5x)', summarise(atRest), floor),
    row('  beside the page of the same picture', summarise(atRest), samePictureFloor),
    ...[...stations].map(([station, times]) => row(`  of it, until ${station}`, summarise(times))),
    row(`while a page turns (${TURNS}; goal p99 45)`, summarise(whileTurning), floor),
    ...[...stationsWhileTurning].map(([station, times]) =>
      row(`  of it, until ${station}`, summarise(times)),
    ),
  ])}\n\n`,
)
process.stdout.write(
  `${table([
    [
      'publish to painted: the wall, 12 panels and simulated signs, all in one process',
      'median',
      'p99',
      'worst',
      'median',
      'p99',
    ],
    ...[...painted].map(([panel, times]) => row(panel, summarise(times), floor)),
  ])}\n\n`,
)
const [alone, beside] = [summarise(small.stored), summarise(large.stored)]
process.stdout.write(
  `${table([
    [`${MESSAGES} envelopes of 4 kB`, 'median', 'p99', 'worst', 'median', 'p99'],
    row('floor: bare Ed25519', summarise(bare.decided)),
    row('to the decision (goal p99 1)', summarise(small.decided), summarise(bare.decided)),
    row('  beside 1,000 live and 100,000 ended', summarise(large.decided), summarise(bare.decided)),
    row('floor: bare Ed25519 and SQLite commit', summarise(bare.stored)),
    row('to a decision that is on disk', alone, summarise(bare.stored)),
    row('  beside 1,000 live and 100,000 ended', beside, summarise(bare.stored)),
  ])}\n`,
)
process.stdout.write(
  `1,000 live and 100,000 ended: ${(beside.median / alone.median).toFixed(2)}x the median (goal 2), ${(beside.p99 / alone.p99).toFixed(2)}x p99; restart ${figures(summarise(restart).median)} ms (goal 200)\n\n`,
)

const composed = await composerCost(COMPOSED)
const composedFloor = summarise(composed.floor)
process.stdout.write(
  `${table([
    ['one composition, ms, the least of several', 'median', 'p99', 'worst', 'median', 'p99'],
    row('floor: JSON and SHA-256 of what came out', composedFloor),
    ...[...composed.warm].flatMap(([panels, { least, everyRun }]) => [
      row(panels, summarise(least), composedFloor),
      row('  every run, whatever else this machine did', summarise(everyRun)),
    ]),
    ...[...composed.first].map(([panel, times]) =>
      row(`first in a process: ${panel} (10)`, summarise(times)),
    ),
    row('2,000 panels of 70 formats (300)', summarise(composed.many)),
    ...[...composed.adverse].map(([what, { times, optimal }]) =>
      row(`${what}: ${optimal} of ${times.length} proven (50)`, summarise(times)),
    ),
  ])}\n\n`,
)
const gateway = await gatewayCost(GATEWAY_ROUNDS)
const transfer = summarise(gateway.floor)
process.stdout.write(
  `${table([
    [
      `gateway of ${gateway.signs} signs of ${gateway.formats} formats, ${(gateway.bytes / 1e6).toFixed(1)} MB of records`,
      'median',
      'p99',
      'worst',
      'median',
      'p99',
    ],
    row('floor: bare MQTT delivery and the bare bytes over HTTP', transfer),
    row('alert in to all records in the feed (1000)', summarise(gateway.written), transfer),
    row('alert in to all records read by a controller', summarise(gateway.read), transfer),
  ])}\n`,
)
process.stdout.write(
  `gateway, showing an alert   ${(gateway.memory / 1e6).toFixed(0)} MB RSS (goal 250), at most ${(gateway.peak / 1e6).toFixed(0)} MB\n\n`,
)

const memory = await textPlayerMemory()
process.stdout.write(
  `player of one text sign, showing an alert   ${(memory / 1e6).toFixed(0)} MB RSS (goal 90)\n`,
)
process.stdout.write(`start of the demo to armed   ${figures(startToArmed)} ms (goal 1000)\n`)
process.stdout.write(
  `screen page, JavaScript and CSS   ${(screenBytes() / 1000).toFixed(1)} kB gzip (goal 30)\n`,
)

const led = await ledCost(FRAMES, PHOTOS)
process.stdout.write(
  `\n${table([
    ['LED frames, ms', 'median', 'p99', 'worst', 'median', 'p99'],
    ...[...led.rows].flatMap(([what, { times, floor: least }]) => [
      row(what, summarise(times), summarise(least)),
      row('  floor', summarise(least)),
    ]),
  ])}\n`,
)

const loads = await idleLoad(IDLE)
const share = (part: number): string => `${(part * 100).toFixed(2)} %`
process.stdout.write(
  `\n${table([
    [`CPU of a kiosk, of one core, over ${IDLE} s`, 'player', 'browser', 'both'],
    ...loads.map(({ what, player, browser }) => [
      what,
      share(player),
      share(browser),
      share(player + browser),
    ]),
  ])}\n`,
)

const held = await heldByPage(SHOWN.alerts, SHOWN.every)
const settled = held.filter(({ alerts }) => alerts >= WARMING)
const heap = slopeOf(settled.map(({ alerts, heap: bytes }) => [alerts, bytes]))
const [first, last] = [settled[0], settled.at(-1)]
process.stdout.write(
  `\npage after ${SHOWN.alerts} alerts, with a photo each: ${heap.slope.toFixed(2)} ± ${heap.error.toFixed(2)} bytes of heap for each alert (goal 0), ` +
    `${first?.nodes} → ${last?.nodes} DOM nodes, ${first?.listeners} → ${last?.listeners} listeners\n`,
)

/** What the page of one panel loads before it can draw, gzip, without fonts and photos. Bytes. */
function screenBytes(): number {
  const folder = fileURLToPath(new URL('../dist/screen', import.meta.url))
  const loaded = new Set<string>()
  const load = (name: string): void => {
    if (loaded.has(name)) return
    loaded.add(name)
    const text = readFileSync(join(folder, name), 'utf8')
    for (const file of readdirSync(join(folder, 'assets'))) {
      if (/\.(js|css)$/.test(file) && text.includes(file)) load(join('assets', file))
    }
  }
  load('index.html')
  return [...loaded].reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0)
}
