import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyringEntry } from '../../display-client/alert/keyring.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { openLedger, type TestLedger } from '../../display-client/testkit/ledger.ts'
import { TEST_TIME, TestClock } from '../../display-client/testkit/test-clock.ts'
import { type Act, idOf, KillModel, nameOf, SECRET } from './kill-model.ts'
import { Dice, MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

const DAY = 24 * 60 * 60_000
/** Room of a disk that gets full, bytes. */
const SMALL = 1_000_000

/** What can become of a data folder while nobody looks, by name. */
const DAMAGE: Readonly<Record<string, (folder: string, dice: Dice) => void>> = {
  nothing: () => {},
  'bits of the database': (folder, dice) => flip(join(folder, 'player.sqlite'), dice),
  'bits of the log': (folder, dice) => flip(join(folder, 'player.sqlite-wal'), dice),
  'bits of the keys': (folder, dice) => flip(join(folder, 'keys'), dice),
  'end of the database': (folder, dice) => cut(join(folder, 'player.sqlite'), dice),
  'end of the log': (folder, dice) => cut(join(folder, 'player.sqlite-wal'), dice),
  'end of the keys': (folder, dice) => cut(join(folder, 'keys'), dice),
  'a page of the database': (folder, dice) => wipe(join(folder, 'player.sqlite'), dice),
  'the whole log': (folder, dice) => fillWith(join(folder, 'player.sqlite-wal'), dice),
  'the whole database': (folder, dice) => fillWith(join(folder, 'player.sqlite'), dice),
  'no database': (folder) => rmSync(join(folder, 'player.sqlite'), { force: true }),
  'no log': (folder) => rmSync(join(folder, 'player.sqlite-wal'), { force: true }),
  'no keys': (folder) => rmSync(join(folder, 'keys'), { force: true }),
  'read-only': () => {},
}

/**
 * Lets disks fail in every way: full, read-only, cut off, wrong in single bits, gone. Whatever happens a player starts, what
 * somebody has ended is not shown, and after the broker has sent what it retains everything is as it should be.
 */
export async function soakDisk({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const { entry } = testKey({ notAfter: TEST_TIME + DAY })
  const failures: string[] = []
  const counts: Record<string, number> = { renewed: 0, memory: 0, full: 0, unstored: 0, live: 0 }
  const small = smallDisk()
  let done = 0
  try {
    for (; done < runs && failures.length < MOST_FAILURES; done += 1) {
      const dice = new Dice(seed + done)
      const wrong = run(entry, dice, counts, dice.chance(0.3) ? small?.path : undefined)
      failures.push(...wrong.map((one) => `seed ${seed + done}: ${one}`))
      onProgress(done + 1, runs)
    }
  } finally {
    small?.dispose()
  }
  return { part: 'disk', runs: done, failures, counts, seconds: (performance.now() - started) / 1000 }
}

/** @param small a disk that gets full; else the database itself is told to */
function run(
  key: KeyringEntry,
  dice: Dice,
  counts: Record<string, number>,
  small?: string,
): readonly string[] {
  const home = mkdtempSync(join(small ?? tmpdir(), 'kijkuit-soak-'))
  const after = mkdtempSync(join(tmpdir(), 'kijkuit-soak-'))
  const wrong: string[] = []
  const name = dice.pick(Object.keys(DAMAGE))
  counts[name] = (counts[name] ?? 0) + 1
  try {
    const site = new Site(join(home, 'data'), key, dice)
    wrong.push(...site.live(10 + dice.below(30)))
    if (dice.chance(0.5)) {
      counts['full'] = (counts['full'] ?? 0) + 1
      site.fill(small === undefined ? undefined : home)
      wrong.push(...site.live(10 + dice.below(20)))
      if (!site.stored) counts['unstored'] = (counts['unstored'] ?? 0) + 1
      if (dice.chance(0.5)) wrong.push(...site.makeRoom())
    }
    // As `kill -9` leaves it: nothing is closed before it is copied.
    cpSync(join(home, 'data'), after, { recursive: true })
    site.close()
    DAMAGE[name]?.(after, dice)
    const look = (): void => {
      wrong.push(...site.reopen(after, counts).map((one) => `${name}: ${one}`))
    }
    if (name === 'read-only') readOnly(after, look)
    else look()
    for (const file of readdirSync(after)) {
      if (readFileSync(join(after, file)).includes(SECRET))
        wrong.push(`${name}: ${file} holds a name in clear`)
    }
  } catch (error) {
    wrong.push(`${name}: ${error instanceof Error ? error.stack : error}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
    rmSync(after, { recursive: true, force: true })
  }
  return wrong
}

class Site {
  readonly #key: KeyringEntry
  readonly #dice: Dice
  readonly #clock = new TestClock()
  readonly #ledger: TestLedger
  #model = new KillModel()
  #acts: Act[] = []
  #room: (() => void) | undefined

  constructor(folder: string, key: KeyringEntry, dice: Dice) {
    this.#key = key
    this.#dice = dice
    this.#ledger = openLedger(folder, this.#clock, key)
  }

  get stored(): boolean {
    return this.#ledger.ledger.stored
  }

  /** Takes messages, as it should. @returns what was wrong */
  live(messages: number): readonly string[] {
    const wrong: string[] = []
    for (let index = 0; index < messages; index += 1) {
      const act = this.#model.act(this.#dice, `case-${this.#acts.length}`, this.#clock.now(), true)
      const effect = this.#ledger.take(act.alert)
      this.#acts.push(act)
      this.#model = this.#model.after(act)
      if (this.#dice.chance(0.2)) this.#clock.advance(this.#dice.below(2_000))
      if (act.does !== 'nothing' && effect === 'refused')
        wrong.push(`${act.does} ${nameOf(act.alert)} was refused`)
      wrong.push(...differences(this.#ledger, this.#model, this.#clock.now(), 'in memory'))
    }
    return wrong
  }

  /** From here on nothing more fits. @param disk fill this one; else the database may not grow */
  fill(disk: string | undefined): void {
    const { database } = this.#ledger.storage
    if (disk === undefined) {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      const pages = database.prepare('PRAGMA page_count').get()?.['page_count']
      database.exec(`PRAGMA max_page_count = ${pages}`)
      this.#room = () => database.exec('PRAGMA max_page_count = 1000000')
      return
    }
    const ballast = join(disk, 'ballast')
    try {
      for (;;) writeFileSync(ballast, Buffer.alloc(4_096), { flag: 'a' })
    } catch {
      this.#room = () => rmSync(ballast)
    }
  }

  /** There is room again. @returns what was wrong */
  makeRoom(): readonly string[] {
    this.#room?.()
    this.#clock.advance(31_000)
    return this.stored ? [] : ['it has room again, and is not stored after half a minute']
  }

  close(): void {
    this.#ledger.dispose()
  }

  /** Opens what is left of it, elsewhere. @returns what was wrong */
  reopen(folder: string, counts: Record<string, number>): readonly string[] {
    const ledger = openLedger(folder, this.#clock, this.#key)
    const wrong: string[] = []
    try {
      const { state } = ledger.storage
      if (state !== 'kept') {
        counts[state] = (counts[state] ?? 0) + 1
        if (ledger.lines.length === 0) wrong.push(`the folder was ${state} and nobody was told`)
      }
      ledger.ledger.erase()
      const now = this.#clock.now()
      const known = new Set(this.#acts.map(({ alert }) => nameOf(alert)))
      for (const one of namesOf(ledger))
        if (!known.has(one)) wrong.push(`${one} is shown, and was never sent`)
      const ended = new Set(this.#model.ended)
      for (const { alert } of ledger.ledger.live)
        if (ended.has(idOf(alert))) wrong.push(`${nameOf(alert)} is shown, and had ended`)
      counts['live'] = (counts['live'] ?? 0) + ledger.ledger.live.length
      // What a broker retains, or is given back by the keeper of the list: the last message of each incident.
      const retained = new Map(this.#acts.map(({ alert }) => [idOf(alert), lastOf(this.#acts, alert)]))
      for (const alert of retained.values()) ledger.take(alert)
      wrong.push(...differences(ledger, this.#model, now, 'after the broker has sent everything'))
      // And whatever somebody has kept: everything once more, from the beginning.
      for (const { alert } of this.#acts) ledger.take(alert)
      wrong.push(...differences(ledger, this.#model, now, 'after everything was replayed'))
    } finally {
      ledger.dispose()
    }
    return wrong
  }
}

function lastOf(acts: readonly Act[], about: Alert): Alert {
  const last = acts.findLast((act) => idOf(act.alert) === idOf(about) && act.does !== 'nothing')
  if (last === undefined) throw new RangeError(`nothing was ever said about ${idOf(about)}`)
  return last.alert
}

/** Of what is live, sorted. */
function namesOf({ ledger }: TestLedger): readonly string[] {
  return ledger.live.map(({ alert }) => nameOf(alert)).sort()
}

function differences(ledger: TestLedger, model: KillModel, now: number, when: string): readonly string[] {
  const [found, expected] = [namesOf(ledger), model.live(now).toSorted()]
  if (found.join() === expected.join()) return []
  return [`${when}: shown is ${found.join(', ') || 'nothing'}, live is ${expected.join(', ') || 'nothing'}`]
}

function flip(path: string, dice: Dice): void {
  change(path, (content) => {
    for (let bits = 1 + dice.below(12); bits > 0; bits -= 1) {
      const at = dice.below(content.length)
      content[at] = (content[at] ?? 0) ^ (1 << dice.below(8))
    }
  })
}

function wipe(path: string, dice: Dice): void {
  change(path, (content) => {
    const page = dice.below(Math.ceil(content.length / 4_096)) * 4_096
    content.set(
      dice.chance(0.5) ? Buffer.alloc(4_096) : dice.bytes(4_096),
      Math.min(page, content.length - 4_096),
    )
  })
}

function fillWith(path: string, dice: Dice): void {
  change(path, (content) => content.set(dice.bytes(content.length)))
}

function cut(path: string, dice: Dice): void {
  if (!existsSync(path)) return
  const length = dice.below(readFileSync(path).length + 1)
  // A file system loses whole blocks.
  truncateSync(path, dice.chance(0.5) ? length - (length % 4_096) : length)
}

function change(path: string, edit: (content: Buffer) => void): void {
  if (!existsSync(path)) return
  const content = readFileSync(path)
  if (content.length < 4_096) return
  edit(content)
  writeFileSync(path, content)
}

/** Runs `action` while nothing in `folder` can be written. */
function readOnly(folder: string, action: () => void): void {
  const chmod = (mode: number): void => {
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), mode)
    chmodSync(folder, mode)
  }
  // Root may write everywhere; nobody may not.
  const isRoot = process.geteuid?.() === 0
  chmod(0o555)
  if (isRoot) process.seteuid?.(65_534)
  try {
    action()
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmod(0o700)
  }
}

/** A real disk of one megabyte in memory, where this may be made; undefined elsewhere. */
function smallDisk(): { readonly path: string; dispose(): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), 'kijkuit-disk-'))
  mkdirSync(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    dispose() {
      execFileSync('umount', [path])
      rmSync(path, { recursive: true })
    },
  }
}
