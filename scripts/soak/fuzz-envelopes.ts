import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { MAX_ENVELOPE_BYTES, sealAlert } from '../../display-client/alert/envelope.ts'
import type { NewKey } from '../../display-client/alert/keyring.ts'
import { sealKeyringUpdate } from '../../display-client/alert/keyring-update.ts'
import { type Listed, sealManifest } from '../../display-client/alert/manifest.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { REJECTIONS, type RejectionCode } from '../../display-client/alert/rejection.ts'
import { Intake } from '../../display-client/player/intake.ts'
import { alertTopic, KEYS_TOPIC, manifestTopic } from '../../display-client/player/topics.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { openLedger, type TestLedger } from '../../display-client/testkit/ledger.ts'
import { TEST_TIME, TestClock } from '../../display-client/testkit/test-clock.ts'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const MINUTE = 60_000

/** What came over the network. */
interface Message {
  readonly kind: string
  readonly topic: string
  readonly bytes: Buffer
}

/** A message that a trusted key has signed, on its own topic. */
interface Genuine {
  readonly topic: string
  readonly bytes: Buffer
}

type Members = Record<string, unknown>

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
  readonly #genuine: readonly Genuine[]
  readonly #forged: readonly Genuine[]
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

/** Envelopes made by hand, by name. */
const CRAFTS = {
  'random bytes': (_, dice) => dice.bytes(dice.below(400)),
  'random text': (_, dice) => Buffer.from(babble(dice)),
  'a bomb': (_, dice) => bomb(dice),
  'too large': (bytes, dice) =>
    Buffer.concat([bytes, Buffer.alloc(MAX_ENVELOPE_BYTES + 1 - bytes.length + dice.below(3), 0x20)]),
  'another header': (bytes, dice) => {
    const members = read(bytes)
    const header = { ...decoded(members['protected']), ...dice.pick(HEADERS) }
    const signature = dice.chance(0.3) ? '' : members['signature']
    return written({ ...members, protected: encoded(header), signature })
  },
  'another payload': (bytes, dice) => {
    const members = read(bytes)
    const payload = spoilt(Buffer.from(String(members['payload']), 'base64url'), dice).bytes
    return written({ ...members, payload: payload.toString('base64url') })
  },
  'another signature': (bytes, dice, other) => {
    const members = read(bytes)
    const signature = String(members['signature'])
    const changed = dice.pick([
      () => read(other)['signature'],
      () => '',
      () => `${signature}==`,
      () => signature.toLowerCase(),
      () => Buffer.alloc(64).toString('base64url'),
      () => Buffer.alloc(64, 0xff).toString('base64url'),
      () => dice.bytes(64).toString('base64url'),
      () => dice.bytes(dice.below(200)).toString('base64'),
      () => signature.slice(0, -1) + dice.pick([...'BCDhijxyz-_']),
      () => ` ${signature}`,
    ])()
    return written({ ...members, signature: changed })
  },
  'parts of two': (bytes, dice, other) => {
    const [one, two] = [read(bytes), read(other)]
    const pick = (name: string): unknown => (dice.chance(0.5) ? one : two)[name]
    return written({ payload: pick('payload'), protected: pick('protected'), signature: pick('signature') })
  },
  'another member': (bytes, dice) => {
    const members = read(bytes)
    const name = dice.pick([
      'payload',
      'protected',
      'signature',
      'header',
      'signatures',
      '__proto__',
      'constructor',
      '',
      'toString',
    ])
    const value = dice.pick([
      null,
      0,
      -0,
      1e308,
      true,
      '',
      [],
      {},
      [members],
      { alg: 'none' },
      'x'.repeat(1_000),
    ])
    if (dice.chance(0.2))
      return written(Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)))
    return Buffer.from(JSON.stringify({ ...members, [name]: value }))
  },
  'a member twice': (bytes, dice, other) => {
    const text = bytes.toString()
    const name = dice.pick(['payload', 'protected', 'signature'])
    const value = JSON.stringify(dice.chance(0.5) ? read(other)[name] : 'x')
    return Buffer.from(
      dice.chance(0.5)
        ? text.replace('{', `{"${name}":${value},`)
        : text.replace(/}$/, `,"${name}":${value}}`),
    )
  },
  'another encoding': (bytes, dice) =>
    dice.pick([
      () => Buffer.concat([Buffer.from('\ufeff'), bytes]),
      () => Buffer.from(bytes.toString(), 'utf16le'),
      () => Buffer.from(JSON.stringify(bytes.toString())),
      () => Buffer.from(`[${bytes.toString()}]`),
      () => Buffer.concat([bytes, bytes]),
      () => Buffer.concat([Buffer.from(' \n\t'), bytes, Buffer.from('\n')]),
      () => Buffer.from(Object.values(read(bytes)).join('.')),
      () => Buffer.from(bytes.toString().replaceAll('"', "'")),
    ])(),
} satisfies Record<string, (bytes: Buffer, dice: Dice, other: Buffer) => Buffer>

const KINDS = [
  ...(Object.keys(CRAFTS) as (keyof typeof CRAFTS)[]),
  ...(['spoilt', 'spoilt', 'spoilt', 'signed by a stranger', 'on another topic'] as const),
]

const OWN_KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }

/** What a header may not say; what is undefined is left out. */
const HEADERS: readonly Members[] = [
  ...[
    'none',
    'None',
    'HS256',
    'ES256',
    'RS256',
    'PS256',
    'Ed25519',
    'EdDSA ',
    '',
    null,
    ['EdDSA'],
    undefined,
  ].map((alg) => ({ alg })),
  ...['JWT', 'alert', 'ALERT+JWS', 'manifest+jws', 'keyring+jws', 'alert+jws', null, undefined, 5].map(
    (typ) => ({ typ }),
  ),
  ...[
    '__proto__',
    'constructor',
    'toString',
    'nobody',
    '',
    null,
    undefined,
    7,
    ['test-1'],
    { kid: 'test-1' },
    '../test-1',
    'test-1\0',
    'x'.repeat(5_000),
  ].map((kid) => ({ kid })),
  { jwk: OWN_KEY },
  { jku: 'https://example.org/keys' },
  { x5u: 'https://example.org/chain' },
  { x5c: ['AAAA'] },
  { crit: ['b64'], b64: false },
  { crit: ['exp'], exp: 0 },
  { crit: [] },
  { b64: true },
  { zip: 'DEF' },
  { cty: 'JWT' },
  { ['__proto__']: { alg: 'EdDSA' } },
]

interface Messages {
  readonly genuine: readonly Genuine[]
  readonly forged: readonly Genuine[]
}

function makeMessages(key: NewKey): Messages {
  // Longer than any soak takes.
  const alert = amberAlert({ expires: toCapTime(TEST_TIME + 20 * 60 * MINUTE) })
  const own = key.file.privateKey
  const sealed = sealAlert(JSON.stringify(alert), own, 'test-1')
  const list = manifest([{ ...listed(alert), sha256: createHash('sha256').update(sealed).digest('hex') }])
  const genuine = [
    { topic: alertTopic('nl', alert.incident), bytes: Buffer.from(sealed) },
    { topic: manifestTopic('nl'), bytes: Buffer.from(sealManifest(list, own, 'test-1')) },
    { topic: KEYS_TOPIC, bytes: Buffer.from(sealKeyringUpdate(update(1, key), own, 'test-1')) },
  ]
  const forged: Genuine[] = []
  const stranger = testKey()
  const others = [stranger, testKey({ kid: 'stranger-2' })]
  const all = [alert, updateOf(alert), cancelOf(alert), amberAlert({ incident: 'new', identifier: 'new' })]
  for (const by of others) {
    const { privateKey, kid } = by.file
    for (const one of all) {
      const bytes = sealAlert(JSON.stringify(one), privateKey, kid)
      forged.push({ topic: alertTopic('nl', one.incident), bytes: Buffer.from(bytes) })
    }
    forged.push({
      topic: manifestTopic('nl'),
      bytes: Buffer.from(sealManifest(manifest([]), privateKey, kid)),
    })
    forged.push({
      topic: KEYS_TOPIC,
      bytes: Buffer.from(sealKeyringUpdate(update(2, stranger), privateKey, kid)),
    })
  }
  // Signed by a trusted key, and put where it does not belong.
  const elsewhere = amberAlert({ incident: 'elsewhere', identifier: 'elsewhere' })
  const misplaced = Buffer.from(sealAlert(JSON.stringify(elsewhere), own, 'test-1'))
  const list2 = manifest([]).replace('"seq":1', '"seq":2')
  const misplacedList = Buffer.from(sealManifest(list2, own, 'test-1'))
  forged.push({ topic: alertTopic('nl', 'other'), bytes: misplaced })
  forged.push({ topic: manifestTopic('nl-vr09'), bytes: misplacedList })
  // Signed by a trusted key, which may not speak for that sender.
  const wrongSender = amberAlert({ sender: 'brandweer@example.org', incident: 'new', identifier: 'new' })
  const foreign = sealAlert(JSON.stringify(wrongSender), own, 'test-1')
  forged.push({ topic: alertTopic('nl', 'new'), bytes: Buffer.from(foreign) })
  return { genuine, forged }
}

function listed({ sender, incident, revision, expires }: Alert): Omit<Listed, 'sha256'> {
  return { sender, incident, revision, expires }
}

/** @param active none: it would end everything */
function manifest(active: readonly Listed[]): string {
  const issuedAt = toCapTime(TEST_TIME)
  return JSON.stringify({ schema: 'kijkuit-manifest/2', area: 'nl', seq: 1, issuedAt, ttl: 3_600, active })
}

function update(sequence: number, { entry }: NewKey): string {
  const issuedAt = toCapTime(TEST_TIME)
  return JSON.stringify({
    schema: 'kijkuit-keyring-update/1',
    sequence,
    issuedAt,
    keys: [entry],
    revoked: [],
  })
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
    const members: Members = JSON.parse(bytes.toString())
    return JSON.stringify([members['protected'], members['payload'], members['signature']])
  } catch {
    return undefined
  }
}

function read(bytes: Buffer): Members {
  return JSON.parse(bytes.toString())
}

function written(members: Members): Buffer {
  return Buffer.from(JSON.stringify(members))
}

function encoded(value: Members): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decoded(text: unknown): Members {
  return JSON.parse(Buffer.from(String(text), 'base64url').toString())
}
