import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { KeyringEntry } from '../../display-client/alert/keyring.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { Doomed } from './doomed.ts'
import { type Act, KillModel, nameOf, SECRET } from './kill-model.ts'
import type { Opening, Said } from './kill-victim.ts'
import { Dice, MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

const VICTIM = fileURLToPath(new URL('kill-victim.ts', import.meta.url))
const DAY = 24 * 60 * 60_000
/** Messages that the victim has and has not answered. */
const MOST_WAITING = 8
/** A folder lives through so many kills; then its tombstones are enough. */
const KILLS_PER_FOLDER = 250
/** Longest life of a victim after it has opened, ms. */
const LIFE = 60
/** ms in which an alert that expires may be taken for either. */
const MARGIN = 2_500
/** ms */
const PATIENCE = 30_000

type Open = Extract<Said, { type: 'open' }>

/**
 * Kills a ledger with `kill -9` at random moments under load, again and again on the same data folder, and asks each time
 * what it finds: it must be what it had answered, and of what it had not answered the first so many messages.
 */
export async function killLedger({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const now = Date.now()
  const { entry } = testKey({ notBefore: now - DAY, notAfter: now + DAY })
  const failures: string[] = []
  const counts = { kills: 0, messages: 0, acknowledged: 0, live: 0, tombstones: 0, erased: 0, tornLogs: 0 }
  const cache = mkdtempSync(join(tmpdir(), 'kijkuit-soak-cache-'))
  try {
    for (let first = 0; first < runs && failures.length < MOST_FAILURES; first += KILLS_PER_FOLDER) {
      const folder = new Folder(entry, new Dice(seed + first), cache, counts)
      try {
        for (let run = first; run < Math.min(runs, first + KILLS_PER_FOLDER); run += 1) {
          const wrong = await folder.liveAndDie()
          failures.push(...wrong.map((one) => `seed ${seed}, kill ${run + 1}: ${one}`))
          onProgress(run + 1, runs)
          if (failures.length >= MOST_FAILURES) break
        }
        const wrong = await folder.close()
        failures.push(...wrong.map((one) => `seed ${seed}, after kill ${first + KILLS_PER_FOLDER}: ${one}`))
      } finally {
        await folder.dispose()
      }
    }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
  return { part: 'kill', runs: counts.kills, failures, counts, seconds: (performance.now() - started) / 1000 }
}

type Counts = Record<
  'kills' | 'messages' | 'acknowledged' | 'live' | 'tombstones' | 'erased' | 'tornLogs',
  number
>

/** One data folder and everybody who lived in it. */
class Folder {
  readonly #path = mkdtempSync(join(tmpdir(), 'kijkuit-soak-'))
  readonly #key: KeyringEntry
  readonly #dice: Dice
  readonly #cache: string
  readonly #counts: Counts
  /** What is true for sure, and after each message that may have got through or not. */
  #possible: readonly [KillModel, ...KillModel[]] = [new KillModel()]
  #next: Victim
  #began = 0
  readonly #erased = new Set<string>()
  /** Was stored and is over: its erasure must be said some day. */
  readonly #over = new Set<string>()

  constructor(key: KeyringEntry, dice: Dice, cache: string, counts: Counts) {
    this.#key = key
    this.#dice = dice
    this.#cache = cache
    this.#counts = counts
    this.#next = new Victim(cache)
  }

  /** @returns what was wrong */
  async liveAndDie(): Promise<readonly string[]> {
    const victim = this.#next
    const wrong = await this.#open(victim)
    // The next one loads its code meanwhile.
    this.#next = new Victim(this.#cache)
    if (wrong.length === 0) wrong.push(...(await this.#load(victim)))
    else await victim.kill()
    this.#counts.kills += 1
    this.#readErased(victim)
    wrong.push(...this.#searchFiles())
    if (this.#dice.chance(0.1)) this.#tearLog()
    return wrong
  }

  /** Looks once more, in peace. @returns what was wrong */
  async close(): Promise<readonly string[]> {
    const victim = this.#next
    const wrong = await this.#open(victim)
    await victim.kill()
    this.#readErased(victim)
    for (const message of this.#over)
      if (!this.#erased.has(message)) wrong.push(`${message} was never erased`)
    return wrong
  }

  async dispose(): Promise<void> {
    await this.#next.kill()
    rmSync(this.#path, { recursive: true, force: true })
  }

  async #open(victim: Victim): Promise<string[]> {
    victim.tell({ folder: this.#path, key: this.#key })
    const open = await victim.opened()
    if (open === undefined) return [`it did not open: ${victim.complaint}`]
    const wrong: string[] = []
    if (open.integrity !== 'ok') wrong.push(`the database is torn: ${open.integrity}`)
    if (open.state !== 'kept') wrong.push(`the folder was ${open.state}`)
    if (open.warnings.length > 0) wrong.push(`it warned: ${open.warnings.join('; ')}`)
    if (open.rows + open.spare !== open.keys) {
      wrong.push(`${open.rows} stored alerts, ${open.spare} spare keys and ${open.keys} keys`)
    }
    this.#counts.live += open.live.length
    this.#counts.tombstones += open.tombstones.length
    const now = Date.now()
    const fitting = this.#possible.find((model) => isAsFound(model, open, now))
    if (fitting === undefined) wrong.push(difference(this.#possible, open, now))
    this.#possible = [fitting ?? this.#possible[0]]
    return wrong
  }

  /** Keeps it busy for a while, then kills it wherever it is. */
  async #load(victim: Victim): Promise<readonly string[]> {
    const wrong: string[] = []
    const waiting: Act[] = []
    let models = this.#possible
    const hear = (): void => {
      for (const { effect, stored } of victim.answers()) {
        const act = waiting.shift()
        const [, next, ...later] = models
        if (act === undefined || next === undefined) {
          wrong.push('it answered more than it was asked')
          return
        }
        models = [next, ...later]
        this.#counts.acknowledged += 1
        if (!stored) wrong.push(`${nameOf(act.alert)} was not stored`)
        if (!isMeant(act, effect)) wrong.push(`${act.does} ${nameOf(act.alert)} was ${effect}`)
        if (act.does === 'update' || act.does === 'cancel')
          this.#over.add(nameOf({ ...act.alert, revision: act.alert.revision - 1 }))
      }
    }
    const life = this.#dice.roll() * LIFE
    const [started, acknowledged] = [performance.now(), this.#counts.acknowledged]
    // Mostly it is to be killed while it stores one message after the other, however slow this machine starts it.
    let killAt = this.#dice.chance(0.2) ? started + life : undefined
    while (performance.now() < (killAt ?? started + PATIENCE)) {
      while (waiting.length < MOST_WAITING) {
        const model = models.at(-1) ?? models[0]
        this.#began += 1
        const act = model.act(this.#dice, `case-${this.#began}`, Date.now(), true)
        victim.tell(act.alert)
        waiting.push(act)
        models = [...models, model.after(act)]
        this.#counts.messages += 1
      }
      await delay(1)
      hear()
      if (this.#counts.acknowledged > acknowledged) killAt ??= performance.now() + life
    }
    await victim.kill()
    // What it had still said is true as well.
    hear()
    this.#possible = models
    return wrong
  }

  #readErased(victim: Victim): void {
    for (const message of victim.erased) this.#erased.add(message)
    this.#counts.erased += victim.erased.length
  }

  /** Of nothing that was ever stored a word is in the clear. */
  #searchFiles(): readonly string[] {
    return readdirSync(this.#path)
      .filter((name) => readFileSync(join(this.#path, name)).includes(SECRET))
      .map((name) => `${name} holds a name in clear`)
  }

  /** What the power may leave behind what was acknowledged. */
  #tearLog(): void {
    const log = join(this.#path, 'player.sqlite-wal')
    if (!existsSync(log)) return
    appendFileSync(log, this.#dice.bytes(1 + this.#dice.below(9_000)))
    this.#counts.tornLogs += 1
  }
}

function isAsFound(model: KillModel, open: Open, now: number): boolean {
  const unsure = new Set(model.ending(now, MARGIN))
  const expected = model.live(now).filter((one) => !unsure.has(one))
  const found = open.live.filter((one) => !unsure.has(one))
  const tombstones = new Set(open.tombstones)
  return (
    expected.length === found.length &&
    expected.every((one) => found.includes(one)) &&
    model.ended.every((id) => tombstones.has(id))
  )
}

function difference([sure, ...maybe]: readonly [KillModel, ...KillModel[]], open: Open, now: number): string {
  const expected = sure.live(now)
  const missing = expected.filter((one) => !open.live.includes(one))
  const extra = open.live.filter((one) => !expected.includes(one))
  const tombstones = sure.ended.filter((id) => !open.tombstones.includes(id))
  return `what it found fits none of ${maybe.length + 1} possible states; beside the one that was acknowledged: missing ${missing.join(', ') || 'nothing'}; too many ${extra.join(', ') || 'nothing'}; tombstones missing ${tombstones.join(', ') || 'none'}`
}

/** Whether the ledger did with a message what it was meant to do. */
function isMeant({ does }: Act, effect: string): boolean {
  if (does === 'begin') return effect === 'began'
  if (does === 'update') return effect === 'updated'
  if (does === 'cancel') return effect === 'ended'
  return effect === 'repeated' || effect === 'refused'
}

/** The ledger that is going to be killed. */
class Victim {
  readonly #process: Doomed<Said>
  readonly #answers: Extract<Said, { type: 'done' }>[] = []
  readonly #open = Promise.withResolvers<Open | undefined>()
  readonly erased: string[] = []

  constructor(cache: string) {
    const env = { NODE_COMPILE_CACHE: cache, NODE_OPTIONS: '' }
    this.#process = new Doomed<Said>([VICTIM], env, (said) => this.#hear(said))
    void this.#process.closed.then(() => this.#open.resolve(undefined))
  }

  get complaint(): string {
    return this.#process.complaint
  }

  tell(told: Opening | object): void {
    this.#process.tell(told)
  }

  /** What it found; undefined when it ended before. */
  async opened(): Promise<Open | undefined> {
    const tooLong = setTimeout(() => this.#open.resolve(undefined), PATIENCE)
    return this.#open.promise.finally(() => clearTimeout(tooLong))
  }

  /** The answers since the last time. */
  answers(): readonly Extract<Said, { type: 'done' }>[] {
    return this.#answers.splice(0)
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #hear(said: Said): void {
    if (said.type === 'open') this.#open.resolve(said)
    else if (said.type === 'done') this.#answers.push(said)
    else this.erased.push(...said.messages)
  }
}
