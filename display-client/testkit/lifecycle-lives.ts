import fc from 'fast-check'
import { toCapTime } from '../alert/cap-time.ts'
import type { KeyringEntry } from '../alert/keyring.ts'
import type { KeyringUpdate } from '../alert/keyring-update.ts'
import type { Manifest } from '../alert/manifest.ts'
import type { Alert } from '../alert/model.ts'
import { amberAlert } from './alerts.ts'
import { TEST_TIME } from './test-clock.ts'

/** Random lives of a device, for `lifecycle-model.ts`: what is sent by whom, and what of it happens to the device when. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const at = (minute: number): string => toCapTime(TEST_TIME + minute * MINUTE)

function keyOf(kid: string, roles: KeyringEntry['roles'], sender: string, days = 300): KeyringEntry {
  return {
    kid,
    roles,
    senders: [sender],
    notBefore: toCapTime(TEST_TIME - 60 * DAY),
    notAfter: toCapTime(TEST_TIME + days * DAY),
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: kid.padEnd(43, 'A') },
  }
}

/**
 * Two keys of one sender (a roll-over), two other senders, a test key, and supervisors: one of the first sender, one who issues as well,
 * and one who does nothing else. One of each runs out on the way.
 */
export const KEYS: readonly KeyringEntry[] = [
  keyOf('a1', ['issuer'], 'a'),
  keyOf('a2', ['issuer'], 'a'),
  keyOf('a3', ['issuer'], 'a', 0.4),
  keyOf('b1', ['issuer'], 'b'),
  keyOf('s1', ['supervisor'], 'a', 0.2),
  keyOf('s2', ['supervisor', 'issuer'], 'b'),
  keyOf('t1', ['test'], 'a'),
  keyOf('c1', ['issuer'], 'c'),
  keyOf('s3', ['supervisor'], 'd'),
]
const KIDS = KEYS.map(({ kid }) => kid)

/** Something signed. */
export interface Signed<Content> {
  readonly content: Content
  readonly kid: string
  readonly digest: string
}

/** `usual` nine times as often as all of `rare` together. */
function mostly<Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: rare })
}

const minutes = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const areas = fc.constantFrom('nl', 'nl', 'nl', 'nl-vr13')
const SAMPLE = amberAlert()

const alert = fc
  .record({
    incident: fc.constantFrom('x', 'x', 'x', 'y', 'z'),
    kid: fc.constantFrom(...KIDS, 'a1', 'a1', 'a1', 'a1', 'a2', 'a2', 'b1', 'c1'),
    revision: fc.integer({ min: 1, max: 6 }),
    msgType: mostly(fc.constantFrom('Alert', 'Update'), fc.constant('Cancel')),
    status: mostly(fc.constant('Actual'), fc.constantFrom('Test', 'Exercise', 'Draft')),
    /** Minutes after what its revision suggests. */
    late: mostly(minutes(0, 15), fc.constantFrom(-20_000, -1_500, -60, 60, 5_000, 10_000_000)),
    valid: mostly(minutes(5, 900), fc.constantFrom(2_000, 20_000)),
    effective: mostly(fc.constant(0), fc.constantFrom(1, 60, 3_000, 10_080)),
    purge: mostly(fc.constant(undefined), minutes(0, 300)),
    over: mostly(fc.constant(''), fc.constantFrom('Past', 'AllClear', 'half')),
    /** Whose messages it refers to: only a supervisor's word is about those. */
    about: fc.array(fc.tuple(fc.constantFrom('a', 'a', 'b', 'c', 'd'), minutes(0, 3)), { maxLength: 3 }),
  })
  .map(({ incident, kid, revision, msgType, status, late, valid, effective, purge, over, about }) => {
    const sent = revision * 15 + late
    const [first, ...others] = SAMPLE.info.map((info) => ({
      ...info,
      urgency: over === 'Past' ? 'Past' : info.urgency,
      responseType: over === 'AllClear' ? ['AllClear'] : [],
    }))
    const content = {
      ...SAMPLE,
      ...{ incident, revision, msgType },
      status: kid === 't1' ? 'Test' : status,
      sender: KEYS.find((one) => one.kid === kid)?.senders[0] ?? 'a',
      // Different messages of one name: an issuer's fault, or somebody's attempt.
      identifier: `${incident}.${revision}`,
      sent: at(sent),
      expires: at(sent + effective + valid),
      info: over === 'half' ? [{ ...first, urgency: 'Past' }, ...others] : [first, ...others],
      references: about.map(([by, before]) => {
        return { sender: by, identifier: 'earlier', sent: at(sent - before) }
      }),
      ...(effective === 0 ? {} : { effective: at(sent + effective) }),
      ...(purge === undefined ? {} : { purgeAt: at(sent + purge) }),
    } as Alert
    return { content, kid }
  })

const alerts = fc
  .array(alert, { minLength: 1, maxLength: 8, size: 'max' })
  .map((all) => all.map((one, index): Signed<Alert> => ({ ...one, digest: `${index}`.padStart(64, '0') })))

const hasBit = (bits: number, index: number): boolean => (bits & (1 << index)) !== 0

/** Of these alerts some are listed; of two about one incident the later one. */
const manifestAbout = (known: readonly Signed<Alert>[]): fc.Arbitrary<Omit<Signed<Manifest>, 'digest'>> =>
  fc
    .record({
      kid: fc.constantFrom('a1', 'a1', 'a1', 'a2', 'b1', 's1', 's2', 't1'),
      area: areas,
      seq: fc.integer({ min: 1, max: 8 }),
      issued: mostly(minutes(30, 300), fc.constantFrom(-3_000, 20_000)),
      lists: fc.nat(255),
      /** Of these it names as owner the first that they refer to. */
      referred: fc.nat(255),
    })
    .map(({ kid, area, seq, issued, lists, referred }) => {
      const active = new Map<string, Manifest['active'][number]>()
      known.forEach(({ content, digest }, index) => {
        if (!hasBit(lists, index) || content.msgType === 'Cancel') return
        const { incident, revision, expires, references } = content
        const sender = (hasBit(referred, index) ? references[0]?.sender : undefined) ?? content.sender
        active.set(`${sender} ${incident}`, { sender, incident, revision, sha256: digest, expires })
      })
      const head = { schema: 'kijkuit-manifest/2', area, seq, issuedAt: at(issued), ttl: 30 } as const
      return { kid, content: { ...head, active: [...active.values()] } }
    })

const keyringUpdate: fc.Arbitrary<Omit<Signed<KeyringUpdate>, 'digest'>> = fc
  .record({
    kid: mostly(fc.constantFrom('s1', 's2'), fc.constant('a1')),
    sequence: fc.integer({ min: 1, max: 6 }),
    issued: minutes(0, 120),
    drops: mostly(fc.constantFrom(0, 0, 2, 8), fc.nat(511)),
    revokes: mostly(fc.constantFrom(0, 1, 1, 1, 2, 3, 16), fc.nat(511)),
  })
  .map(({ kid, sequence, issued, drops, revokes }) => {
    const revoked = KIDS.filter((_, index) => hasBit(revokes, index))
    const content: KeyringUpdate = {
      ...{ schema: 'kijkuit-keyring-update/1', sequence, issuedAt: at(issued) },
      keys: KEYS.filter((_, index) => !hasBit(drops | revokes, index)),
      revoked: revoked.map((one) => ({ kid: one, since: at(0), reason: 'stolen' })),
    }
    return { kid, content }
  })

const LEAPS = [1_000, MINUTE, 5 * MINUTE, HOUR, 3 * HOUR, DAY, 366 * DAY]

/** What happens next. Numbers name something that was sent (modulo how many there are), or are ms. */
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ alert: fc.nat(7), area: areas }) },
  { weight: 3, arbitrary: fc.record({ manifest: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ keys: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: mostly(minutes(0, 90), fc.constantFrom(0.01, 1_440)).map((pass) => ({ pass: pass * MINUTE })),
  },
  { weight: 1, arbitrary: fc.record({ leap: fc.constantFrom(...LEAPS, ...LEAPS.map((leap) => -leap)) }) },
  /** The machine sleeps: only the wall clock goes on. */
  { weight: 1, arbitrary: minutes(0, 300).map((sleep) => ({ sleep: sleep * MINUTE })) },
  /** The wall clock is set right. */
  { weight: 1, arbitrary: fc.constant({ mend: true } as const) },
  /** Off for so long; a dead clock starts in 1970. */
  {
    weight: 1,
    arbitrary: fc.record({ restart: minutes(0, 720).map((off) => off * MINUTE), isDead: fc.boolean() }),
  },
)
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

export interface Life {
  /** When it begins, ms since 1970. */
  readonly start: number
  readonly alerts: readonly Signed<Alert>[]
  /** At least one of each, too. */
  readonly manifests: readonly Signed<Manifest>[]
  readonly updates: readonly Signed<KeyringUpdate>[]
  readonly steps: readonly Step[]
}

function numbered<Content>(all: readonly Omit<Signed<Content>, 'digest'>[], name: string): Signed<Content>[] {
  return all.map((one, index) => ({ ...one, digest: `${name} ${index}` }))
}

/** Anything that can come to a device, in any order. */
export const lives: fc.Arbitrary<Life> = alerts.chain((known) =>
  fc.record({
    start: minutes(0, 150).map((minute) => TEST_TIME + minute * MINUTE),
    alerts: fc.constant(known),
    manifests: fc
      .array(manifestAbout(known), { minLength: 1, maxLength: 5, size: 'max' })
      .map((all) => numbered(all, 'manifest')),
    updates: fc
      .array(keyringUpdate, { minLength: 1, maxLength: 3, size: 'max' })
      .map((all) => numbered(all, 'update')),
    steps: fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
  }),
)
