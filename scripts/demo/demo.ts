import { rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type KeyFile } from '../../display-client/alert/keyring.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import { type Disposable, Disposables } from '../../display-client/base/disposal.ts'
import { formatFault } from '../../display-client/base/document.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import { readCellFont } from '../../display-client/paint/character-sign.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { loadConfig } from '../../display-client/player/config.ts'
import type { Log } from '../../display-client/player/log.ts'
import { panelMessage } from '../../display-client/player/panel-message.ts'
import { startPlayer } from '../../display-client/player/player.ts'
import type { PanelMessage } from '../../display-client/player/protocol.ts'
import { connectIssuer } from '../issuer/connection.ts'
import { type KeeperOptions, startKeeper } from '../keeper/keeper.ts'
import { startEmbeddedBroker } from './embedded-broker.ts'
import { DEMO_AREA, openShow, type Sent } from './show.ts'
import { Wall, type WallPanel, type WallReceipt, type WallState } from './wall.ts'

/** What happens in the demo, in the order in which it happens. */
export type DemoEvent =
  | { readonly event: 'listening'; readonly url: string; readonly broker: string }
  /** From now on a sent alert reaches the panels. */
  | { readonly event: 'armed' /** ms since this process was started */; readonly sinceStart: number }
  | {
      readonly event: 'published'
      readonly msgType: string
      readonly incident: string
      readonly revision: number
    }
  | ({ readonly event: 'receipt' } & WallReceipt)
  /** The broker had lost what it retained on this topic, and has it again. */
  | { readonly event: 'restored'; readonly topic: string }

export interface DemoOptions {
  /** 0 = any free one. */
  readonly port: number
  readonly clock: Clock
  readonly log: Log
  readonly screenDirectory: string
  onEvent(event: DemoEvent): void
}

/** The running demo. */
export interface Demo extends Disposable {
  /** Of the wall, with the token that lets a browser in. */
  readonly url: string
  /** `mqtt://127.0.0.1:<port>` */
  readonly broker: string
  dispose(): Promise<void>
}

/** Eight unlike panels, by the names of their presets. */
export const DEMO_PANELS = [
  'station-landscape',
  'station-portrait',
  'transit-bar',
  'atm',
  'drip-city-192x128',
  'text-car-112x80',
  'character-3x16',
  'ticker-1x20',
] as const

/** The one that alert.yaml names. */
const SENDER = 'politie@demo.kijkuit.example'
const KEY_ID = 'demo'
const KEYRING = 'keyring.json'
const DAY = 24 * 60 * 60_000

/**
 * Starts a broker, an issuer with throw-away keys, a player with eight panels and a keeper of the list, all in this process
 * and on loopback.
 *
 * @returns the demo as soon as its page is served; or one line that says why not
 */
export async function startDemo(options: DemoOptions): Promise<Result<Demo, string>> {
  const held = new Disposables()
  const started = await start(options, held)
  if (!started.ok) await held.dispose()
  return started
}

async function start(options: DemoOptions, held: Disposables): Promise<Result<Demo, string>> {
  const { port, clock, log, screenDirectory, onEvent } = options

  // 1. A broker, and the issuer's way to it: the same way as any issuer's.
  const broker = held.add(await startEmbeddedBroker())
  const connected = await connectIssuer({ url: broker.url })
  if (!connected.ok) return fail(`the embedded broker: ${connected.failure}`)
  const connection = held.add(connected.value)

  // 2. What the player needs on disk. It goes when the demo goes.
  const folder = await temporaryFolder(held)
  const key = await writeKeys(folder, clock)
  const configFile = join(folder, 'player.yaml')
  writeFileSync(configFile, playerYaml(broker.url, port))
  const config = loadConfig(configFile)
  if (!config.ok) return fail(config.failure.map(formatFault).join('\n'))
  const cellFont = await readCellFont()
  if (!cellFont.ok) return fail(cellFont.failure.map(formatFault).join('\n'))

  // 3. The show and the wall, before the player whose server gives the wall its place.
  const panels = config.value.panels.map((panel) => wallPanel(panel, panelMessage(panel, cellFont.value)))
  const sentAt = new Map<string, number>()
  let servedPort = port
  const onChange = (sent?: Sent): void => {
    if (sent !== undefined) {
      const { msgType, incident, revision } = sent.alert
      sentAt.set(`${incident} ${revision}`, sent.at)
      onEvent({ event: 'published', msgType, incident, revision })
    }
    wall.showState()
  }
  const show = openShow({ connection, key, clock, onChange })
  const wall = new Wall({
    screenDirectory,
    actions: { send: () => show.send(), update: () => show.update(), end: () => show.end() },
    state: () => ({ panels, alert: liveAlert(show.live), port: servedPort }),
    onFailure: (error) => log.warn(`not sent: ${error instanceof Error ? error.message : error}`),
  })
  held.add(wall)

  // 4. The player.
  const player = await startPlayer({
    config: config.value,
    ...{ clock, log, screenDirectory, random: Math.random, routes: wall.routes },
  })
  if (!player.ok) return fail(player.failure.message.replace('another port', 'another with --port'))
  held.add(player.value)
  const { address, viewerToken } = player.value
  const url = `${address}/?token=${viewerToken.value}`
  servedPort = Number(new URL(url).port)
  const startKeeping = onceKeeping(held, {
    ...{
      name: 'keeper',
      brokers: [{ url: broker.url }],
      areas: [DEMO_AREA],
      key,
      clock,
      random: Math.random,
    },
    ...{ keyring: join(folder, KEYRING), data: join(folder, 'keeper') },
    // That it has connected is no news to who has just seen the player do it.
    log: { info: () => {}, warn: (line) => log.warn(line) },
    onEvent: ({ type, ...event }) => {
      if (type === 'restored' && 'topic' in event) onEvent({ event: type, topic: event.topic })
    },
  })
  const stopListening = player.value.events.on((event) => {
    if (event.type === 'armed') {
      onEvent({ event: 'armed', sinceStart: Math.round(performance.now()) })
      startKeeping()
      show.prepare().catch((error: unknown) => log.warn(`the portrait cannot be drawn: ${error}`))
    }
    if (event.type !== 'receipt' || event.panel === undefined) return
    const { panel, incident, revision, kind, at } = event
    if (kind !== 'shown' && kind !== 'removed') return
    // What is removed was sent a while ago; what made it go was sent last.
    const since = kind === 'shown' ? sentAt.get(`${incident} ${revision}`) : show.latest?.at
    if (since === undefined) return
    const receipt: WallReceipt = { panel, incident, revision, kind, sincePublish: at - since }
    onEvent({ event: 'receipt', ...receipt })
    wall.showReceipt(receipt)
  })
  held.defer(stopListening)
  onEvent({ event: 'listening', url, broker: broker.url })
  return ok({ url, broker: broker.url, dispose: () => held.dispose() })
}

/** The keeper of the list starts when somebody first calls this: not before the wall is ready. */
function onceKeeping(held: Disposables, options: KeeperOptions): () => void {
  let [isKeeping, isOver] = [false, false]
  held.defer(() => {
    isOver = true
  })
  return () => {
    if (isKeeping) return
    isKeeping = true
    void startKeeper(options).then(async (keeper) => {
      if (!keeper.ok) options.log.warn(`the list of live alerts is not kept: ${keeper.failure}`)
      else if (isOver) await keeper.value.dispose()
      else held.add(keeper.value)
    })
  }
}

function liveAlert(alert: Alert | undefined): WallState['alert'] {
  if (alert === undefined) return null
  const { incident, revision, expires, info } = alert
  return { incident, revision, headline: info[0]?.headline ?? '', expires }
}

function wallPanel({ characters }: Panel, message: PanelMessage): WallPanel {
  const { type: _, protocol: __, ...panel } = message
  if (characters === undefined) return panel
  const { lines, columns } = characters
  return { ...panel, characters: { lines, columns } }
}

/** A folder that goes with the demo, also when the demo ends in a way that was not foreseen. */
async function temporaryFolder(held: Disposables): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kijkuit-demo-'))
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeAtExit)
  held.defer(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    process.off('exit', removeAtExit)
  })
  return folder
}

/** A key pair for this run only; the player gets the public half. @returns the private half */
function writeKeys(folder: string, clock: Clock): KeyFile {
  const now = clock.now()
  const { entry, file } = generateKey({
    kid: KEY_ID,
    roles: ['issuer'],
    senders: [SENDER],
    notBefore: now - DAY,
    notAfter: now + DAY,
  })
  writeFileSync(join(folder, KEYRING), JSON.stringify({ schema: 'kijkuit-keyring/1', keys: [entry] }))
  return file
}

function playerYaml(broker: string, port: number): string {
  const panels = DEMO_PANELS.map((preset) => `  - { id: ${preset}, preset: ${preset} }`)
  return `schema: kijkuit-player/1
player: demo
brokers: [${broker}]
areas: [${DEMO_AREA}]
keyring: ${KEYRING}
data: data
server: { port: ${port} }
panels:
${panels.join('\n')}
`
}
