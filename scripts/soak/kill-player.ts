import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectAsync, type MqttClient } from 'mqtt'
import type { NewKey } from '../../display-client/alert/keyring.ts'
import { alertTopic, receiptsTopic } from '../../display-client/player/topics.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'
import { Doomed } from './doomed.ts'
import { type Act, KillModel, nameOf, SECRET, SENDERS } from './kill-model.ts'
import { Dice, MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

const KIJKUIT = fileURLToPath(new URL('../kijkuit.ts', import.meta.url))
const DAY = 24 * 60 * 60_000
/** Longest time under load, ms. */
const LIFE = 500
/** ms in which an alert that expires may be taken for either. */
const MARGIN = 3_000
/** ms */
const PATIENCE = 30_000
const PLAYER = 'soak-1'

/**
 * Kills whole players, `kijkuit play`, with `kill -9` at random moments while alerts come in over MQTT. Then one that has no
 * broker must know from its disk alone what was acknowledged; and one that has it must come to know all.
 */
export async function killPlayer({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const now = Date.now()
  const key = testKey({ senders: [...SENDERS], notBefore: now - DAY, notAfter: now + DAY })
  const folder = mkdtempSync(join(tmpdir(), 'kijkuit-soak-'))
  const broker = await startEmbeddedBroker()
  const nobody = `mqtt://127.0.0.1:${await freePort()}`
  const issuer = await connectAsync(broker.url, { protocolVersion: 4 })
  const site = new Site({ folder, key, issuer, broker: broker.url, nobody, dice: new Dice(seed) })
  const failures: string[] = []
  try {
    await site.prepare()
    for (let run = 1; run <= runs && failures.length < MOST_FAILURES; run += 1) {
      failures.push(
        ...(await site.liveAndDie()).map((one) => `seed ${seed}, kill ${run} of a player: ${one}`),
      )
      onProgress(run, runs)
    }
    failures.push(...(await site.close()).map((one) => `seed ${seed}, at the end: ${one}`))
  } finally {
    await site.dispose()
    await issuer.endAsync()
    await broker.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
  const { counts } = site
  return {
    part: 'kill-player',
    runs: counts.kills,
    failures,
    counts,
    seconds: (performance.now() - started) / 1000,
  }
}

interface SiteOptions {
  readonly folder: string
  readonly key: NewKey
  readonly issuer: MqttClient
  readonly broker: string
  /** An address where no broker is. */
  readonly nobody: string
  readonly dice: Dice
}

/** One data folder, a broker, and the players that come and go. */
class Site {
  readonly #options: SiteOptions
  readonly counts = { kills: 0, published: 0, verified: 0, foundOffline: 0, foundOnline: 0, receipts: 0 }
  /** What is true for sure, and after each message that may have got through or not. */
  #possible: readonly [KillModel, ...KillModel[]] = [new KillModel()]
  #began = 0
  #player: RunningPlayer | undefined
  /** Receipts as a player has said them, and as the broker was told. */
  readonly #said = new Set<string>()
  readonly #told = new Set<string>()

  constructor(options: SiteOptions) {
    this.#options = options
  }

  async prepare(): Promise<void> {
    const { folder, key, issuer, broker, nobody } = this.#options
    writeFileSync(join(folder, 'keyring.json'), keyringText(key))
    for (const [name, url] of [
      ['online', broker],
      ['offline', nobody],
    ]) {
      writeFileSync(
        join(folder, `${name}.yaml`),
        `schema: kijkuit-player/1
player: ${PLAYER}
brokers: [${url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels: [{ id: bar, preset: transit-bar }, { id: ticker, preset: ticker-1x20 }]
`,
      )
    }
    issuer.on('message', (_, payload) => {
      for (const one of JSON.parse(payload.toString()).receipts) this.#told.add(keyOf(one))
    })
    await issuer.subscribeAsync(receiptsTopic(PLAYER), { qos: 1 })
  }

  /** @returns what was wrong */
  async liveAndDie(): Promise<readonly string[]> {
    const wrong = [...(await this.#findOffline()), ...(await this.#findOnline())]
    if (wrong.length === 0) wrong.push(...(await this.#load()))
    await this.#kill()
    return [...wrong, ...this.#search()]
  }

  /** Every receipt that was said must come to the broker, however often its player was killed. */
  async close(): Promise<readonly string[]> {
    const wrong = [...(await this.#findOnline())]
    const isAll = (): boolean => [...this.#said].every((one) => this.#told.has(one))
    for (const until = performance.now() + PATIENCE; !isAll() && performance.now() < until; ) await delay(50)
    for (const one of this.#said) if (!this.#told.has(one)) wrong.push(`the receipt "${one}" was lost`)
    this.counts.receipts = this.#told.size
    await this.#kill()
    return wrong
  }

  async dispose(): Promise<void> {
    await this.#kill()
  }

  /** Only the disk counts. */
  async #findOffline(): Promise<readonly string[]> {
    const player = this.#start('offline')
    const found = await player.live()
    if (found === undefined) return [`it did not start without a broker: ${player.complaint}`]
    this.counts.foundOffline += found.length
    const now = Date.now()
    const fitting = this.#possible.find((model) => isAsFound(model, found, now))
    await this.#kill()
    if (fitting !== undefined) return []
    const [sure] = this.#possible
    return [
      `its disk says ${found.join(', ') || 'nothing'}, and acknowledged was ${sure.live(now).join(', ')}`,
    ]
  }

  /** The broker retains the newest of each incident, so nothing is uncertain any more. */
  async #findOnline(): Promise<readonly string[]> {
    const player = this.#start('online')
    const model = this.#possible.at(-1) ?? this.#possible[0]
    let found: readonly string[] | undefined
    for (const until = performance.now() + PATIENCE; performance.now() < until; ) {
      found = await player.live()
      if (found === undefined) return [`it did not start: ${player.complaint}`]
      if (player.isArmed && isAsFound(model, found, Date.now())) {
        this.counts.foundOnline += found.length
        this.#possible = [model]
        return []
      }
      await delay(50)
    }
    return [`with the broker it shows ${found?.join(', ')}, and live is ${model.live(Date.now()).join(', ')}`]
  }

  async #load(): Promise<readonly string[]> {
    const { dice, issuer, key } = this.#options
    const player = this.#player
    if (player === undefined) throw new Error('nobody is there to be killed')
    let models = this.#possible
    const acts: Act[] = []
    const until = performance.now() + dice.roll() * LIFE
    while (performance.now() < until) {
      const model = models.at(-1) ?? models[0]
      this.#began += 1
      // Of two incidents of one key a broker would retain one.
      const act = model.act(dice, `case-${this.#began}`, Date.now(), false)
      // Not waited for: the player is to have several of them at once.
      issuer.publish(alertTopic('nl', act.alert.incident), Buffer.from(sealed(act.alert, key)), {
        qos: 1,
        retain: act.does !== 'nothing',
      })
      acts.push(act)
      models = [...models, model.after(act)]
      this.counts.published += 1
      await delay(dice.below(8))
    }
    await this.#kill()
    // Everything up to the last one that was verified has been taken in, in this order.
    const last = acts.findLastIndex((act) => player.verified.has(nameOf(act.alert)) && act.does !== 'nothing')
    this.counts.verified += player.verified.size
    const [first, ...later] = models.slice(last + 1)
    this.#possible = [first ?? this.#possible[0], ...later]
    return player.complaint.includes(SECRET) ? ['it said a name on standard error'] : []
  }

  #search(): readonly string[] {
    const data = join(this.#options.folder, 'data')
    return readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(SECRET))
      .map(({ name }) => `${name} holds a name in clear`)
  }

  #start(name: string): RunningPlayer {
    this.#player = new RunningPlayer(join(this.#options.folder, `${name}.yaml`))
    return this.#player
  }

  async #kill(): Promise<void> {
    const player = this.#player
    this.#player = undefined
    if (player === undefined) return
    await player.kill()
    this.counts.kills += 1
    for (const one of player.receipts) this.#said.add(one)
  }
}

function isAsFound(model: KillModel, found: readonly string[], now: number): boolean {
  const unsure = new Set(model.ending(now, MARGIN))
  const expected = model.live(now).filter((one) => !unsure.has(one))
  const sure = found.filter((one) => !unsure.has(one))
  return expected.length === sure.length && expected.every((one) => sure.includes(one))
}

interface SaidReceipt {
  readonly kind: string
  readonly sender: string
  readonly incident: string
  readonly revision: number
  readonly panel?: string
}

type SaidEvent = { readonly event: string; readonly url?: string } & SaidReceipt

const keyOf = ({ kind, panel = '', ...about }: SaidReceipt): string => `${kind} ${panel} ${nameOf(about)}`

/** The player that is going to be killed. */
class RunningPlayer {
  readonly #process: Doomed<SaidEvent>
  readonly #listening = Promise.withResolvers<string | undefined>()
  isArmed = false
  /** Names of what it has said to be verified: stored before it says so. */
  readonly verified = new Set<string>()
  readonly receipts: string[] = []

  constructor(config: string) {
    this.#process = new Doomed<SaidEvent>([KIJKUIT, 'play', config, '--json'], {}, (said) => this.#hear(said))
    void this.#process.closed.then(() => this.#listening.resolve(undefined))
  }

  get complaint(): string {
    return this.#process.complaint
  }

  /** Names of what it says to be live; undefined when it is not there. */
  async live(): Promise<readonly string[] | undefined> {
    const tooLong = setTimeout(() => this.#listening.resolve(undefined), PATIENCE)
    const address = await this.#listening.promise.finally(() => clearTimeout(tooLong))
    if (address === undefined) return undefined
    try {
      const health: unknown = await (await fetch(new URL('/health', address))).json()
      const { live } = health as { live: { sender: string; incident: string; revision: number }[] }
      return live.map(nameOf)
    } catch {
      return undefined
    }
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #hear(said: SaidEvent): void {
    if (said.event === 'listening') this.#listening.resolve(said.url)
    if (said.event === 'armed') this.isArmed = true
    if (said.event !== 'receipt') return
    if (said.kind === 'verified') this.verified.add(nameOf(said))
    this.receipts.push(keyOf(said))
  }
}
