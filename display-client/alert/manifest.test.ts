import { describe, expect, it } from 'vitest'
import { amberAlert } from '../testkit/alerts.ts'
import { sealed, testKey } from '../testkit/keys.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { MAX_ENVELOPE_BYTES } from './envelope.ts'
import { keyringOf, type NewKey } from './keyring.ts'
import {
  adopt,
  type Manifest,
  ManifestSchema,
  type Manifests,
  NO_MANIFESTS,
  newestFor,
  type OpenedManifest,
  openManifest,
  sealManifest,
  staleAreas,
  withoutKey,
} from './manifest.ts'
import { SENT_TOLERANCE } from './time-trust.ts'

const SECOND = 1000
const at = (offset: number): string => toCapTime(T0 + offset)

const issuer = testKey()
const next = testKey({ kid: 'test-2' })
const supervisor = testKey({ kid: 'lms', roles: ['supervisor'], senders: ['lms@example.org'] })
const tester = testKey({ kid: 'tester', roles: ['test', 'drill'] })
const stranger = testKey({ kid: 'other', senders: ['brandweer@example.org'] })
const keyring = keyringOf({
  schema: 'kijkuit-keyring/1',
  keys: [issuer, next, supervisor, tester, stranger].map(({ entry }) => entry),
})

const listed = {
  ...{ sender: 'politie@example.org', incident: 'amber-1', revision: 1 },
  ...{ sha256: 'a'.repeat(64), expires: at(3_600_000) },
}

function manifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    schema: 'kijkuit-manifest/2',
    area: 'nl',
    seq: 1,
    issuedAt: at(0),
    ttl: 30,
    active: [listed],
    ...changes,
  }
}

function sign(value: unknown, key: NewKey): Uint8Array {
  return sealManifest(JSON.stringify(value), key.file.privateKey, key.file.kid)
}

function opened(changes: Partial<Manifest> = {}, key = issuer): OpenedManifest {
  const one = manifest(changes)
  return { manifest: one, key: key.entry, digest: `${key.file.kid} ${JSON.stringify(one)}` }
}

function codeOf(bytes: Uint8Array): string {
  const one = openManifest(bytes, keyring, T0)
  return one.ok ? 'opened' : one.failure.code
}

describe('openManifest', () => {
  it('gives the list and who signed it', () => {
    const one = openManifest(sign(manifest(), issuer), keyring, T0)
    expect(one).toMatchObject({ ok: true, value: { manifest: manifest(), key: issuer.entry } })
  })

  it('takes it from an issuer or a supervisor, and not from a test key', () => {
    expect(codeOf(sign(manifest(), supervisor))).toBe('opened')
    expect(codeOf(sign(manifest(), tester))).toBe('role-forbidden')
  })

  it('takes nothing that was signed as an alert', () => {
    expect(codeOf(sealed(amberAlert(), issuer))).toBe('header-forbidden')
  })

  it.each<[string, object]>([
    ['another schema', { schema: 'kijkuit-alert/1' }],
    ['the schema whose entries did not say whose they are', { schema: 'kijkuit-manifest/1' }],
    ['an entry that does not say whose it is', { active: [{ ...listed, sender: undefined }] }],
    ['an area that is none', { area: 'NL' }],
    ['a seq that is none', { seq: 0 }],
    ['no ttl', { ttl: 0 }],
    ['an incident that is listed twice', { active: [listed, { ...listed, revision: 2 }] }],
    ['an entry without digest', { active: [{ ...listed, sha256: undefined }] }],
    ['a field that nobody knows', { extra: 1 }],
  ])('refuses %s', (_, changes) => {
    expect(codeOf(sign({ ...manifest(), ...changes }, issuer))).toBe('manifest-malformed')
  })

  it('takes one key of several senders', () => {
    const both = [listed, { ...listed, sender: 'brandweer@example.org' }]
    expect(codeOf(sign(manifest({ active: both }), issuer))).toBe('opened')
  })

  it('fits an envelope with as many incidents, and as long names, as may be', () => {
    const active = Array.from({ length: 200 }, (_, index) => ({
      sender: 'x'.repeat(200),
      ...{ incident: `${index}`.padEnd(64, 'x'), revision: Number.MAX_SAFE_INTEGER },
      ...{ sha256: 'a'.repeat(64), expires: at(0) },
    }))
    const largest = manifest({ active })
    expect(ManifestSchema.safeParse(largest).success).toBe(true)
    expect(ManifestSchema.safeParse({ ...largest, active: [...active, listed] }).success).toBe(false)
    expect(sign(largest, issuer).length).toBeLessThan(MAX_ENVELOPE_BYTES)
  })
})

describe('adopt', () => {
  const holding = (...all: readonly OpenedManifest[]): Manifests =>
    all.reduce((manifests, one) => {
      const adopted = adopt(manifests, one, T0)
      if (!adopted.ok) throw new Error(adopted.failure.code)
      return adopted.value
    }, NO_MANIFESTS)

  it('keeps the newest of each area and key', () => {
    const newer = opened({ seq: 7 })
    const elsewhere = opened({ area: 'nl-vr13' })
    expect([...holding(opened(), newer, elsewhere).values()]).toEqual([newer, elsewhere])
  })

  it('knows what came twice', () => {
    const manifests = holding(opened())
    expect(adopt(manifests, opened(), T0)).toEqual({ ok: true, value: manifests })
  })

  it('refuses what is not newer, however it is dated', () => {
    const manifests = holding(opened({ seq: 7 }))
    for (const seq of [1, 6, 7]) {
      const late = opened({ seq, issuedAt: at(20 * SECOND), active: [] })
      expect(adopt(manifests, late, T0)).toEqual({
        ok: false,
        failure: { code: 'manifest-old', detail: `${seq} after 7` },
      })
    }
  })

  it('lets nobody outdo the manifests of another key with a higher number', () => {
    const manifests = holding(opened({ seq: Number.MAX_SAFE_INTEGER }, stranger))
    expect(adopt(manifests, opened({ seq: 1 }), T0)).toMatchObject({ ok: true })
  })

  it('refuses what was issued in the future', () => {
    expect(adopt(NO_MANIFESTS, opened({ issuedAt: at(SENT_TOLERANCE) }), T0)).toMatchObject({ ok: true })
    expect(adopt(NO_MANIFESTS, opened({ issuedAt: at(SENT_TOLERANCE + SECOND) }), T0)).toEqual({
      ok: false,
      failure: { code: 'sent-in-future', detail: 'by 121 s' },
    })
  })

  it('drops those of a key that is revoked', () => {
    const manifests = holding(opened(), opened({}, next))
    expect([...withoutKey(manifests, 'test-1').values()]).toEqual([opened({}, next)])
    expect(withoutKey(manifests, 'other')).toBe(manifests)
  })

  it('finds the newest that speaks about a sender: its own key or a supervisor, in that area', () => {
    const own = opened({ issuedAt: at(-20 * SECOND) })
    const over = opened({ issuedAt: at(-10 * SECOND) }, supervisor)
    const manifests = holding(
      own,
      over,
      opened({ issuedAt: at(0) }, stranger),
      opened({ area: 'nl-vr13', issuedAt: at(0) }),
    )
    expect(newestFor(manifests, 'nl', 'politie@example.org')).toEqual([over])
    expect(newestFor(holding(own), 'nl', 'brandweer@example.org')).toEqual([])
    const rolled = opened({ issuedAt: at(-20 * SECOND) }, next)
    expect(newestFor(holding(own, rolled), 'nl', 'politie@example.org')).toEqual([own, rolled])
  })

  it('tells which areas have not heard enough', () => {
    const manifests = holding(opened(), opened({ area: 'nl-vr13', ttl: 60 }), opened({ ttl: 10 }, next))
    expect(staleAreas(manifests, T0 + 30 * SECOND)).toEqual([])
    expect(staleAreas(manifests, T0 + 31 * SECOND)).toEqual(['nl'])
    expect(staleAreas(manifests, T0 + 61 * SECOND)).toEqual(['nl', 'nl-vr13'])
  })
})
