import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import type { NewKey } from '../../display-client/alert/keyring.ts'
import type { Alert, Media } from '../../display-client/alert/model.ts'
import { Disposables } from '../../display-client/base/disposal.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { alertTopic, mediaTopic } from '../../display-client/player/topics.ts'
import { startMosquitto } from '../../display-client/testkit/brokers.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { readDraft } from '../issuer/draft.ts'
import { type Photo, preparePhoto } from '../issuer/photo.ts'
import { Bare, open } from './bare.ts'
import { Child } from './child.ts'

/** What is measured of one real kiosk; ms, one for each message. */
export interface KioskTimes {
  /** From publishing to the painted frame, nothing else moving. */
  readonly atRest: readonly number[]
  /** The bare way to a page of one line, message by message between those. */
  readonly floor: readonly number[]
  /** The bare way to a page that has the same pictures, as elements that it was given, message by message between those. */
  readonly samePicture: readonly number[]
  /** From publishing to the painted frame, a page being half turned. */
  readonly whileTurning: readonly number[]
  /** Parts of {@link atRest}: from one station to the next. */
  readonly stations: Stations
  /** Parts of {@link whileTurning}. */
  readonly stationsWhileTurning: Stations
}

export type Stations = ReadonlyMap<string, readonly number[]>

export interface KioskRounds {
  readonly atRest: number
  readonly whileTurning: number
}

const PANEL = 'hall'
const PRESET = 'station-landscape'
const INCIDENT = 'bench-1'
/** Of a stage message for this panel, bytes. */
const STAGE_SIZE = 5_000
const FLOOR_TOPIC = 'floor'
const PICTURE_TOPIC = 'floor/picture'
/** As relay.ts reads them: what the page of the panel has in front after one revision, and after the next. */
const PICTURES = ['0.html', '1.html']
const ELEMENTS = "document.querySelector('kijkuit-panel > .front').outerHTML"
/** The first of each load fonts, the photo and compile: a station that was just switched on, not one that waits for months. */
const WARMING = 5
const HOUR = 3_600_000

/**
 * The whole way of an alert as a kiosk has it: issuer → Mosquitto → `kijkuit play` with one panel → the page of that panel in
 * Chromium. Beside it, in the same browser and with a message of ours and one of the floor in turn, the least that anybody
 * pays ({@link file://./relay.ts}): broker, player, browser and issuer are processes of their own in both.
 */
export async function kiosk(rounds: KioskRounds): Promise<KioskTimes> {
  const held = new Disposables()
  try {
    return await measure(rounds, held)
  } finally {
    await held.dispose()
  }
}

async function measure(rounds: KioskRounds, held: Disposables): Promise<KioskTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'kijkuit-bench-'))
  held.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const broker = held.add(await startMosquitto())
  const key = testKey({
    senders: [SENDER],
    notBefore: Date.now() - 24 * HOUR,
    notAfter: Date.now() + 24 * HOUR,
  })
  await writeFile(join(folder, 'keyring.json'), keyringText(key))
  await writeFile(join(folder, 'player.yaml'), playerYaml(broker.url))
  const player = held.add(new Child('scripts/bin/kijkuit.mjs', 'play', join(folder, 'player.yaml'), '--json'))
  const url = String((await player.said(({ event }) => event === 'listening'))['url'])
  await player.said(({ event }) => event === 'armed')
  const token = (await readFile(join(folder, 'data/viewer.token'), 'utf8')).trim()
  const browser = held.add(await startChromium())
  const page = await open(browser, `${url}/panels/${PANEL}/?token=${token}`)
  const client = await connectAsync(broker.url, { protocolVersion: 5 })
  held.defer(() => client.endAsync(true))
  const photo = await demoPhoto()
  await client.publishAsync(mediaTopic(photo.media.sha256), photo.bytes, { qos: 1, retain: true })
  const issuer = new Issuer(client, player, await letters(key, photo.media, rounds))

  for (let round = 0; round < WARMING; round += 1) {
    await issuer.send()
    await delay(1_000)
  }
  const pictures = join(folder, 'pictures')
  await mkdir(join(pictures, 'media'), { recursive: true })
  // As the player serves it: no larger than the panel needs.
  const served = await fetch(`${url}/media/${photo.media.sha256}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await writeFile(join(pictures, 'media', photo.media.sha256), await served.bytes())
  for (const name of PICTURES) {
    await issuer.send()
    await writeFile(join(pictures, name), await page.evaluate<string>(ELEMENTS))
    await delay(1_000)
  }
  const bareOn = (topic: string, ...words: string[]): Promise<Bare> => {
    const relay = new Child('scripts/bench/relay.ts', broker.url, topic, String(STAGE_SIZE), ...words)
    return Bare.open(client, browser, held.add(relay), topic)
  }
  const bare = await bareOn(FLOOR_TOPIC)
  const bareWithPicture = await bareOn(PICTURE_TOPIC, pictures)

  for (let round = 0; round < WARMING; round += 1) {
    await issuer.send()
    await bare.send(issuer.size)
    await bareWithPicture.send(issuer.size)
    await delay(1_000)
  }
  const [ours, theirs] = await Promise.all([page.screenshot(), bareWithPicture.page.screenshot()])
  if (!ours.equals(theirs)) throw new Error('the floor has not the picture that it is to have')
  issuer.forget()
  const [atRest, floor, samePicture]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds.atRest; round += 1) {
    // Three of ours take more than the PERIOD of the limiter (screen/changes.ts): then nothing waits for it.
    atRest.push(await issuer.send())
    await delay(pause(round))
    floor.push(await bare.send(issuer.size))
    await delay(pause(round + 7))
    samePicture.push(await bareWithPicture.send(issuer.size))
    await delay(pause(round + 23))
  }
  const stations = issuer.stations()
  issuer.forget()
  const turns = await watchTurns(page)
  const whileTurning: number[] = []
  for (let round = 0; round < rounds.whileTurning; round += 1) {
    await turns()
    // Anywhere in the first half of the fade.
    await delay((round * 37) % 200)
    whileTurning.push(await issuer.send())
  }
  const stationsWhileTurning = issuer.stations()
  return { atRest, floor, samePicture, whileTurning, stations, stationsWhileTurning }
}

/** 240 to 290 ms in a fixed, uneven order: the rounds meet the display's tick at every phase, and runs stay comparable. */
function pause(round: number): number {
  return 240 + ((round * 37) % 51)
}

/** @returns resolves when the next fade has begun */
async function watchTurns(page: Page): Promise<() => Promise<void>> {
  let turned = Promise.withResolvers<void>()
  await page.exposeFunction('pageTurns', () => turned.resolve())
  await page.evaluate("document.addEventListener('animationstart', () => pageTurns())")
  return async () => {
    turned = Promise.withResolvers()
    await turned.promise
  }
}

const clock = systemClock()

/** Sends one revision after the other. */
class Issuer {
  readonly #client: MqttClient
  readonly #player: Child
  readonly #letters: readonly Uint8Array[]
  readonly #sent: { readonly revision: number; readonly at: number }[] = []
  #revision = 0

  constructor(client: MqttClient, player: Child, letters: readonly Uint8Array[]) {
    this.#client = client
    this.#player = player
    this.#letters = letters
  }

  /** Of the last envelope, bytes. */
  get size(): number {
    return this.#letters[this.#revision - 1]?.length ?? 0
  }

  /** @returns ms to the painted frame */
  async send(): Promise<number> {
    const letter = this.#letters[this.#revision]
    if (letter === undefined) throw new Error('there are no more letters')
    this.#revision += 1
    const revision = this.#revision
    const at = clock.now()
    this.#sent.push({ revision, at })
    await this.#client.publishAsync(alertTopic('nl', INCIDENT), Buffer.from(letter), { qos: 1, retain: true })
    const shown = await this.#player.said((said) => said['kind'] === 'shown' && said['revision'] === revision)
    return Number(shown['at']) - at
  }

  forget(): void {
    this.#sent.length = 0
  }

  /** What each station took, by its name. */
  stations(): Map<string, number[]> {
    const times = new Map<string, number[]>()
    for (const { revision, at } of this.#sent) {
      let before = at
      for (const kind of ['received', 'verified', 'composed', 'shown']) {
        const said = this.#player.lines.find((one) => one['kind'] === kind && one['revision'] === revision)
        const after = Number(said?.['at'])
        times.set(kind, [...(times.get(kind) ?? []), after - before])
        before = after
      }
    }
    return times
  }
}

const SENDER = 'politie@demo.kijkuit.example'

/** A file of the demo. */
function demoFile(name: string): string {
  return fileURLToPath(new URL(`../demo/${name}`, import.meta.url))
}

async function demoPhoto(): Promise<Photo> {
  return preparePhoto(await readFile(demoFile('portrait.svg')), { x: 120, y: 60, width: 660, height: 800 })
}

/** All revisions, signed. */
async function letters(key: NewKey, photo: Media, rounds: KioskRounds): Promise<Uint8Array[]> {
  const texts = await Promise.all(
    ['alert.yaml', 'update.yaml'].map((name) => readFile(demoFile(name), 'utf8')),
  )
  const signed: Uint8Array[] = []
  let previous: Alert | undefined
  const start = Date.now()
  for (
    let round = 0;
    round < 2 * WARMING + PICTURES.length + rounds.atRest + rounds.whileTurning;
    round += 1
  ) {
    const read = readDraft('alert', texts[round % 2] ?? '', {
      ...{ now: start, lifetime: HOUR },
      ...(previous && { follows: { previous, msgType: 'Update' as const } }),
    })
    if (!read.ok) throw new Error(`the alert of the demo is wrong: ${read.failure[0]?.message}`)
    const alert: Alert = { ...read.value, incident: INCIDENT, media: [photo] }
    signed.push(sealed(alert, key))
    previous = alert
  }
  return signed
}

function playerYaml(broker: string): string {
  return `schema: kijkuit-player/1
player: bench
brokers: [${broker}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels:
  - { id: ${PANEL}, preset: ${PRESET} }
`
}
