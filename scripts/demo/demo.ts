import { randomBytes } from 'node:crypto'
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
import { startKeeper } from '../keeper/keeper.ts'
import { startEmbeddedBroker } from './embedded-broker.ts'
import { DEMO_AREA, openShow, type Sent } from './show.ts'
import { SignWatch } from './sign-watch.ts'
import { type DemoSign, FONT_NUMBERS, openControlled, openSigns, SIGN_PANELS, WIRES } from './signs.ts'
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

const ATM_HOST = 'atm-host'

/** Screens, by the names of their presets. */
const SCREENS = ['station-landscape', 'station-portrait', 'transit-bar', 'atm']

/** Twelve unlike panels: screens, and simulated signs that are driven over their own wires. */
export const DEMO_PANELS: readonly string[] = [...SCREENS, ...SIGN_PANELS]

/** The one that alert.yaml names. */
const SENDER = 'politie@demo.kijkuit.example'
const KEY_ID = 'demo'
const KEYRING = 'keyring.json'
const TOKEN = 'feed.token'
const DAY = 24 * 60 * 60_000

/**
 * Starts a broker, an issuer with throw-away keys, simulated signs, a player with twelve panels and a keeper of the list, all in
 * this process and on loopback.
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
  // The signs before the player, which is told where they are.
  const { signs, panels: signPanels } = await openSigns(broker.url, clock, held)
  const token = randomBytes(24).toString('base64url')
  writeFileSync(join(folder, TOKEN), `${token}\n`, { mode: 0o600 })
  writeFileSync(join(folder, ATM_HOST), 'idle\n')
  writeFileSync(configFile, playerYaml(broker.url, port, signPanels))
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
  const onReceipt = (receipt: WallReceipt): void => {
    onEvent({ event: 'receipt', ...receipt })
    wall.showReceipt(receipt)
  }
  const show = openShow({ connection, key, clock, onChange })
  /** ms since what made a panel show an alert, or clear it, was sent; what made it go was sent last. */
  const since = ({ incident, revision, kind }: Omit<WallReceipt, 'sincePublish'>, at: number) => {
    const sent = kind === 'shown' ? sentAt.get(`${incident} ${revision}`) : show.latest?.at
    return sent === undefined ? undefined : at - sent
  }
  const watch = held.add(
    new SignWatch({
      panels: SIGN_PANELS,
      font: cellFont.value,
      onChange: (glass) => wall.showSign(glass),
      onReceipt: (receipt) => {
        const sincePublish = since(receipt, clock.now())
        if (sincePublish !== undefined) onReceipt({ ...receipt, sincePublish })
      },
    }),
  )
  const wall = new Wall({
    screenDirectory,
    actions: {
      ...{ send: () => show.send(), update: () => show.update(), end: () => show.end() },
      power: () => watch.cutPower(),
    },
    signs: () => watch.glass,
    state: () => ({ panels, alert: liveAlert(show.live), port: servedPort }),
    onFailure: (error) => log.warn(`not sent: ${error instanceof Error ? error.message : error}`),
  })
  held.add(wall)
  const watchSign = (sign: DemoSign): void =>
    watch.add(sign, config.value.panels.find(({ id }) => id === sign.panel)?.characters)
  signs.forEach(watchSign)

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
  const startKeeping = later(held, async () => {
    const keeper = await startKeeper({
      ...{ name: 'keeper', brokers: [{ url: broker.url }], areas: [DEMO_AREA], key, clock },
      ...{ random: Math.random, keyring: join(folder, KEYRING), data: join(folder, 'keeper') },
      // That it has connected is no news to who has just seen the player do it.
      log: { info: () => {}, warn: (line) => log.warn(line) },
      onEvent: ({ type, ...event }) => {
        if (type === 'restored' && 'topic' in event) onEvent({ event: type, topic: event.topic })
      },
    })
    if (keeper.ok) return keeper.value
    log.warn(`the list of live alerts is not kept: ${keeper.failure}`)
    return undefined
  })
  const { events, feedAddress = '' } = player.value
  const startControlled = later(held, async () => {
    const controlled = await openControlled(config.value.panels, feedAddress, token, clock)
    const on = new Disposables()
    for (const one of controlled) {
      watchSign(one)
      await on.add(one.sign).powerOn()
    }
    return on
  })
  const stopListening = events.on((event) => {
    if (event.type === 'armed') {
      onEvent({ event: 'armed', sinceStart: Math.round(performance.now()) })
      startControlled()
      startKeeping()
      show.prepare().catch((error: unknown) => log.warn(`the portrait cannot be drawn: ${error}`))
    }
    if (event.type !== 'receipt') return
    const { panel, incident, revision, kind, at } = event
    // What is composed goes out now, what is verified has been presented: only then can a sign have it.
    if (panel !== undefined && kind === 'composed') watch.awaitShown(panel, incident, revision)
    if (kind === 'verified' && show.latest?.alert.msgType === 'Cancel') watch.awaitRemoved(incident, revision)
    if (panel === undefined || SIGN_PANELS.includes(panel) || (kind !== 'shown' && kind !== 'removed')) return
    const receipt = { panel, incident, revision, kind }
    const sincePublish = since(receipt, at)
    if (sincePublish !== undefined) onReceipt({ ...receipt, sincePublish })
  })
  held.defer(stopListening)
  onEvent({ event: 'listening', url, broker: broker.url })
  return ok({ url, broker: broker.url, dispose: () => held.dispose() })
}

/** Starts something when it is first called: not before the wall is ready. What is there too late is let go at once. */
function later(held: Disposables, start: () => Promise<Disposable | undefined>): () => void {
  let [isStarted, isOver] = [false, false]
  held.defer(() => {
    isOver = true
  })
  return () => {
    if (isStarted) return
    isStarted = true
    void start().then(async (started) => {
      if (started === undefined) return
      if (isOver) await started.dispose()
      else held.add(started)
    })
  }
}

function liveAlert(alert: Alert | undefined): WallState['alert'] {
  if (alert === undefined) return null
  const { incident, revision, expires, info } = alert
  return { incident, revision, headline: info[0]?.headline ?? '', expires }
}

function wallPanel({ id, characters }: Panel, message: PanelMessage): WallPanel {
  const { type: _, protocol: __, ...panel } = message
  const wire = WIRES.get(id)
  return {
    ...panel,
    ...(characters && { characters: { lines: characters.lines, columns: characters.columns } }),
    ...(wire !== undefined && { wire }),
  }
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

/** Who has the screen when there is no alert: nobody draws money at the ATM of the demo, for as long as it runs. */
const HOSTS: Readonly<Record<string, string>> = { atm: `, host: { file: ${ATM_HOST}, silence: 86400 }` }

function playerYaml(broker: string, port: number, signs: readonly string[]): string {
  const panels = [...SCREENS.map((id) => `{ id: ${id}, preset: ${id}${HOSTS[id] ?? ''} }`), ...signs]
  return `schema: kijkuit-player/1
player: demo
brokers: [${broker}]
areas: [${DEMO_AREA}]
keyring: ${KEYRING}
data: data
server: { port: ${port} }
feed:
  listen: { host: 127.0.0.1, port: 0, tokenFile: ${TOKEN} }
  fonts: ${JSON.stringify(FONT_NUMBERS)}
panels:
${panels.map((panel) => `  - ${panel}`).join('\n')}
`
}
