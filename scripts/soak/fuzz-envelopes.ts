import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REJECTIONS, type RejectionCode } from '../../display-client/alert/rejection.ts'
import { Intake } from '../../display-client/player/intake.ts'
import { alertTopic, KEYS_TOPIC, manifestTopic } from '../../display-client/player/topics.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { openLedger, type TestLedger } from '../../display-client/testkit/ledger.ts'
import { TestClock } from '../../display-client/testkit/test-clock.ts'
import { CRAFTS, read } from './fuzz-crafts.ts'
import { type Messages, makeMessages, type Signed } from './fuzz-messages.ts'
import { babble, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

/** What came over the network. */
interface Message {
  readonly kind: string
  readonly topic: string
  readonly bytes: Buffer
}

const KINDS = [
  ...(Object.keys(CRAFTS) as (keyof typeof CRAFTS)[]),
  ...(['spoilt', 'spoilt', 'spoilt', 'signed by a stranger', 'on another topic'] as const),
]

/**
 * Alerts, manifests and keyring updates from strangers, into a real intake over a real ledger on a real disk, in which one
 * alert is live.
 *
 * Whatever is sent: it is refused with one code, or it is word for word what a trusted key has signed and is known already.
 * Nothing that is live, known or believed changes.
 */
export class EnvelopeTarget implements FuzzTarget {
  readonly name = 'envelopes'
  readonly counts = new Map<string, number>()
  readonly #folder: string
  readonly #ledger: TestLedger
  readonly #clock: TestClock
  readonly #intake: Intake
  readonly #genuine: readonly Signed[]
  readonly #forged: readonly Signed[]
  /** The members of what is genuine: what alone may get through. */
  readonly #signed: ReadonlySet<string>
  #before = ''
  #codes: RejectionCode[] = []
  #opened = 0
  #faults: string[] = []

  private constructor(folder: string, ledger: TestLedger, clock: TestClock, messages: Messages) {
    this.#folder = folder
    this.#ledger = ledger
    this.#clock = clock
    this.#genuine = messages.genuine
    this.#forged = messages.forged
    this.#signed = new Set(messages.genuine.map(({ bytes }) => signedPart(bytes) ?? ''))
    const real = ledger.ledger
    this.#intake = new Intake({
      keepsEnvelopes: false,
      clock,
      ledger: {
        get keyring() {
          return real.keyring
        },
        get now() {
          return real.now
        },
        receive: (message) => this.#open(() => real.receive(message)),
        receiveManifest: (opened) => this.#open(() => real.receiveManifest(opened)),
        receiveKeyringUpdate: (opened) => this.#open(() => real.receiveKeyringUpdate(opened)),
      },
      log: {
        info: () => {},
        warn: (line) => {
          if (line.startsWith('a fault in Kijkuit')) this.#faults.push(line)
        },
      },
      onTaken: ({ effect }) => this.#faults.push(`an alert ${effect.type}`),
      onManifest: (missing) => {
        if (missing.length > 0) this.#faults.push('a manifest listed something')
      },
      onKeyring: ({ sequence }) => this.#faults.push(`the keyring became ${sequence}`),
      onRejected: ({ code }) => this.#codes.push(code),
    })
  }

  static async open(): Promise<EnvelopeTarget> {
    const folder = await mkdtemp(join(tmpdir(), 'kijkuit-fuzz-'))
    const clock = new TestClock()
    const key = testKey({ roles: ['issuer', 'supervisor'] })
    const ledger = openLedger(folder, clock, key.entry)
    const messages = makeMessages(key)
    const target = new EnvelopeTarget(folder, ledger, clock, messages)
    for (const message of messages.genuine) target.#intake.take(message)
    target.#before = target.#state()
    return target
  }

  async attack(dice: Dice): Promise<Attack> {
    const { kind, topic, bytes } = this.#message(dice)
    this.#codes = []
    this.#opened = 0
    this.#faults = []
    // So that the log is not held back for the whole run.
    this.#clock.advance(1)
    this.#intake.take({ topic, bytes })
    for (const code of this.#codes) count(this.counts, code)
    if (this.#codes.length === 0) count(this.counts, 'known already')
    const wrong = this.#judge(bytes)
    return { kind, input: Buffer.concat([Buffer.from(`${topic}\n`), bytes]), ...(wrong && { wrong }) }
  }

  async dispose(): Promise<void> {
    this.#ledger.dispose()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #open<Value>(take: () => Value): Value {
    this.#opened += 1
    return take()
  }

  #judge(bytes: Buffer): string | undefined {
    const [fault] = this.#faults
    if (fault !== undefined) return fault
    if (this.#codes.length > 1) return `was refused twice: ${this.#codes.join(', ')}`
    const [code] = this.#codes
    if (code !== undefined && !Object.hasOwn(REJECTIONS, code))
      return `was refused with ${code}, which is no code`
    if (this.#opened > 0 && !this.#signed.has(signedPart(bytes) ?? 'nothing')) return 'was believed'
    if (code === undefined && this.#opened === 0) return 'vanished without a code'
    const counted = Object.values(this.#intake.rejections).reduce((sum, one) => sum + one, 0)
    const expected = [...this.counts].reduce(
      (sum, [name, one]) => (name === 'known already' ? sum : sum + one),
      0,
    )
    if (counted !== expected) return `was not counted: ${counted} instead of ${expected}`
    return this.#state() === this.#before ? undefined : `changed what is live or believed: ${this.#state()}`
  }

  #state(): string {
    const { live, ledger } = this.#ledger
    return JSON.stringify([live(), [...ledger.keyring.keys()]])
  }

  #message(dice: Dice): Message {
    const source = dice.pick(this.#genuine)
    const kind = dice.pick(KINDS)
    const topic = dice.chance(0.95) ? source.topic : strangeTopic(dice)
    if (kind === 'signed by a stranger') {
      const forged = dice.pick(this.#forged)
      return { kind, topic: forged.topic, bytes: forged.bytes }
    }
    if (kind === 'on another topic') return { kind, topic: strangeTopic(dice), bytes: source.bytes }
    if (kind === 'spoilt') {
      const { kind: way, bytes } = spoilt(source.bytes, dice)
      return { kind: way, topic, bytes }
    }
    return { kind, topic, bytes: CRAFTS[kind](source.bytes, dice, dice.pick(this.#genuine).bytes) }
  }
}

/** Where the alert does not belong. */
function strangeTopic(dice: Dice): string {
  return dice.pick([
    () => alertTopic('nl', 'other'),
    () => KEYS_TOPIC,
    () => manifestTopic('nl'),
    () => `kijkuit/v1/alerts/${babble(dice)}`,
    () => babble(dice),
    () => '/'.repeat(dice.below(60_000)),
    () => 'kijkuit/v1/players/utrecht-cs/health',
    () => '',
  ])()
}

/** What a signature is over, and the signature; undefined when it is no JWS at all. */
function signedPart(bytes: Buffer): string | undefined {
  try {
    const members = read(bytes)
    return JSON.stringify([members['protected'], members['payload'], members['signature']])
  } catch {
    return undefined
  }
}
