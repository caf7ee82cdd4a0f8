import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { openEnvelope } from '../../display-client/alert/envelope.ts'
import { type JwsType, sealJws } from '../../display-client/alert/jws.ts'
import { type KeyringFile, keyringOf, type NewKey } from '../../display-client/alert/keyring.ts'
import { openKeyringUpdate } from '../../display-client/alert/keyring-update.ts'
import { openManifest } from '../../display-client/alert/manifest.ts'
import { REJECTIONS } from '../../display-client/alert/rejection.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'
import { bomb, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const HOUR = 3_600_000

const OPEN = {
  'alert+jws': openEnvelope,
  'manifest+jws': openManifest,
  'keyring+jws': openKeyringUpdate,
} satisfies Record<JwsType, unknown>

/**
 * What a stranger cannot send but a broken issuer, or one whose key was stolen, can: signed nonsense, also with keys that may
 * not sign it. It is refused by name, or read as what it says; a key never gets beyond its roles and its time.
 */
export class SignedTarget implements FuzzTarget {
  readonly name = 'signed'
  readonly counts = new Map<string, number>()
  readonly #keys: readonly NewKey[]
  readonly #keyring: KeyringFile

  private constructor(keys: readonly NewKey[]) {
    this.#keys = keys
    const since = toCapTime(TEST_TIME - HOUR)
    const [last, ...rest] = keys.toReversed().map(({ entry }) => entry)
    this.#keyring = {
      schema: 'kijkuit-keyring/1',
      keys: rest,
      revoked: last === undefined ? [] : [{ kid: last.kid, since, reason: 'stolen' }],
    }
  }

  static open(): SignedTarget {
    return new SignedTarget([
      testKey({ kid: 'issuer' }),
      testKey({ kid: 'supervisor', roles: ['supervisor'] }),
      testKey({ kid: 'test', roles: ['test'] }),
      testKey({ kid: 'drill', roles: ['drill'] }),
      testKey({ kid: 'over', notBefore: TEST_TIME - 2 * HOUR, notAfter: TEST_TIME - HOUR }),
      testKey({ kid: 'revoked' }),
    ])
  }

  async attack(dice: Dice): Promise<Attack> {
    const key = dice.pick(this.#keys)
    const [type, payload] = dice.pick(this.#payloads())
    const { kind, bytes } = dice.chance(0.1)
      ? { kind: 'a bomb', bytes: bomb(dice) }
      : dice.chance(0.2)
        ? { kind: 'nothing spoilt', bytes: Buffer.from(payload) }
        : spoilt(Buffer.from(payload), dice)
    const sealed = sealJws(type, bytes, key.file.privateKey, key.file.kid)
    const opened = await OPEN[type](sealed, keyringOf(this.#keyring), TEST_TIME)
    const attack = { kind: `${type} by ${key.file.kid}, ${kind}`, input: bytes }
    count(this.counts, opened.ok ? 'signed and read' : opened.failure.code)
    if (!opened.ok) {
      const isCode = Object.hasOwn(REJECTIONS, opened.failure.code)
      return isCode
        ? attack
        : { ...attack, wrong: `was refused with ${opened.failure.code}, which is no code` }
    }
    const wrong = this.#overreach(type, key, opened.value)
    return { ...attack, ...(wrong !== undefined && { wrong }) }
  }

  async dispose(): Promise<void> {}

  /** Says it in the simplest words: who may never have been believed. */
  #overreach(type: JwsType, { file: { kid } }: NewKey, value: object): string | undefined {
    if (kid === 'over' || kid === 'revoked') return `was believed from the key ${kid}`
    if (type === 'keyring+jws') return kid === 'supervisor' ? undefined : `${kid} changed the keyring`
    if (type === 'manifest+jws')
      return kid === 'issuer' || kid === 'supervisor' ? undefined : `${kid} made a manifest`
    if (kid === 'issuer' || !('alert' in value)) return undefined
    const { status, msgType, sender } = value.alert as { status: string; msgType: string; sender: string }
    if (sender !== 'politie@example.org') return `${kid} spoke for ${sender}`
    if (kid === 'supervisor') return msgType === 'Alert' ? 'supervisor made an alert' : undefined
    return status === (kid === 'test' ? 'Test' : 'Exercise') ? undefined : `${kid} signed ${status}`
  }

  #payloads(): readonly (readonly [JwsType, string])[] {
    const alert = amberAlert()
    const times = { issuedAt: toCapTime(TEST_TIME) }
    const active = [
      {
        sender: 'politie@example.org',
        incident: 'a',
        revision: 1,
        sha256: 'a'.repeat(64),
        expires: alert.expires,
      },
    ]
    return [
      ...[
        alert,
        updateOf(alert),
        cancelOf(alert),
        amberAlert({ status: 'Test' }),
        amberAlert({ status: 'Exercise' }),
      ].map((one) => ['alert+jws', JSON.stringify(one)] as const),
      [
        'manifest+jws',
        JSON.stringify({ schema: 'kijkuit-manifest/2', area: 'nl', seq: 1, ...times, ttl: 30, active }),
      ],
      [
        'keyring+jws',
        JSON.stringify({
          schema: 'kijkuit-keyring-update/1',
          sequence: 2,
          ...times,
          keys: this.#keyring.keys,
          revoked: this.#keyring.revoked,
        }),
      ],
    ]
  }
}
