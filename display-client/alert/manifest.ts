import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { moment } from './cap-time.ts'
import { incidentId } from './incident-id.ts'
import { nameOf, openJws, readPayload, sealJws } from './jws.ts'
import { type Keyring, type KeyringEntry, type PrivateKey, speaksFor } from './keyring.ts'
import { capName, INCIDENT_PATTERN, time } from './model.ts'
import type { Rejection } from './rejection.ts'
import { SENT_TOLERANCE } from './time-trust.ts'

/**
 * The signed list of what is live in one area (DESIGN §5.8), repeated all the time: it heals a Cancel that was lost, a
 * ghost that a broker kept, and an alert that was withheld. A JWS of `typ: manifest+jws`.
 */

/** With the longest names this many fit in an envelope. */
export const MOST_ACTIVE = 200

/** `kijkuit-manifest/2` */
export const ManifestSchema = z.strictObject({
  schema: z.literal('kijkuit-manifest/2', { error: 'must be kijkuit-manifest/2' }),
  /** `nl` or a region code (`nl-vr13`): the area of its topic and of the alerts that it lists. */
  area: z
    .string({ error: 'must be text' })
    .regex(/^[a-z]{2}(-[a-z0-9]{1,12})*$/, { error: 'must be nl or a region code such as nl-vr13' }),
  /** Strictly rising per area and key. */
  seq: z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }),
  issuedAt: time,
  /** How long it says enough, s: when no newer one has come by then, the feed is reported as stale. */
  ttl: z.int({ error: 'must be a whole number of seconds' }).min(1).max(3_600),
  active: z
    .array(
      z.strictObject({
        /** Whose incident it is, also after a supervisor has changed it. */
        sender: capName,
        incident: z.string({ error: 'must be text' }).regex(INCIDENT_PATTERN, {
          error: 'must be 1 to 64 lower-case letters, digits and hyphens',
        }),
        revision: z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }),
        /** Of the envelope as it was published. */
        sha256: z.string({ error: 'must be text' }).regex(/^[0-9a-f]{64}$/, {
          error: 'must be 64 lower-case hex digits',
        }),
        expires: time,
      }),
    )
    .max(MOST_ACTIVE)
    .superRefine((active, context) => {
      const seen = new Set<string>()
      active.forEach(({ sender, incident }, index) => {
        const id = incidentId(sender, incident)
        if (seen.has(id)) {
          context.addIssue({ code: 'custom', path: [index, 'incident'], message: 'is listed twice' })
        }
        seen.add(id)
      })
    }),
})
export type Manifest = Readonly<z.output<typeof ManifestSchema>>
export type Listed = Manifest['active'][number]

/** A manifest whose signature, key and content are all in order. Plain data, made to be stored. */
export interface OpenedManifest {
  readonly manifest: Manifest
  /** The key that signed it: it speaks about the incidents of its senders, a supervisor's about all. */
  readonly key: KeyringEntry
  readonly digest: string
}

/** Signs the JSON text of a manifest as it is; check it against {@link ManifestSchema}. */
export function sealManifest(payload: string, privateKey: PrivateKey, kid: string): Uint8Array {
  return sealJws('manifest+jws', payload, privateKey, kid)
}

/**
 * Opens a manifest as it came from the network, or says why it is refused. Never throws. Whether its area is that of its
 * topic is for the caller to compare (`topic-mismatch`).
 *
 * @param now ms since 1970; for the validity window of the key
 */
export function openManifest(
  bytes: Uint8Array,
  keyring: Keyring,
  now: number,
): Result<OpenedManifest, Rejection> {
  const opened = openJws('manifest+jws', bytes, keyring, now)
  if (!opened.ok) return opened
  const { payload, key, digest } = opened.value
  if (!key.roles.includes('issuer') && !key.roles.includes('supervisor')) {
    return fail({ code: 'role-forbidden', detail: nameOf(key.kid) })
  }
  const manifest = readPayload(payload, ManifestSchema, 'manifest-malformed')
  return manifest.ok ? ok({ manifest: manifest.value, key, digest }) : manifest
}

/** The newest manifest of each area and key. Stored: without it a restart would let a ghost in again. */
export type Manifests = ReadonlyMap<string, OpenedManifest>

export const NO_MANIFESTS: Manifests = new Map()

/**
 * Takes `opened` in the place of the one before it.
 *
 * Counted per key, so that nobody can outdo another's manifests with a higher number.
 *
 * @param now ms since 1970
 * @returns the very same object when it is known already
 */
export function adopt(
  manifests: Manifests,
  opened: OpenedManifest,
  now: number,
): Result<Manifests, Rejection> {
  const { manifest, key, digest } = opened
  const early = moment(manifest.issuedAt) - now
  if (early > SENT_TOLERANCE) {
    return fail({ code: 'sent-in-future', detail: `by ${Math.ceil(early / 1000)} s` })
  }
  const place = `${manifest.area} ${key.kid}`
  const before = manifests.get(place)
  if (before?.digest === digest) return ok(manifests)
  if (before !== undefined && manifest.seq <= before.manifest.seq) {
    return fail({ code: 'manifest-old', detail: `${manifest.seq} after ${before.manifest.seq}` })
  }
  return ok(new Map(manifests).set(place, opened))
}

/** Those that the key `kid` did not sign. @returns the very same object when it signed none */
export function withoutKey(manifests: Manifests, kid: string): Manifests {
  const rest = [...manifests].filter(([, one]) => one.key.kid !== kid)
  return rest.length === manifests.size ? manifests : new Map(rest)
}

/** The newest manifests of `area` that speak about the incidents of `sender`: several when issued in the same second. */
export function newestFor(manifests: Manifests, area: string, sender: string): readonly OpenedManifest[] {
  let newest: OpenedManifest[] = []
  for (const one of manifests.values()) {
    if (one.manifest.area !== area || !speaksFor(one.key, sender)) continue
    const later =
      moment(one.manifest.issuedAt) - moment(newest[0]?.manifest.issuedAt ?? one.manifest.issuedAt)
    if (later > 0) newest = []
    if (later >= 0) newest.push(one)
  }
  return newest
}

/** The areas whose newest manifest is older than it says it may become, at `now` (ms since 1970). */
export function staleAreas(manifests: Manifests, now: number): readonly string[] {
  const fresh = new Map<string, boolean>()
  for (const { manifest } of manifests.values()) {
    const isFresh = now <= moment(manifest.issuedAt) + manifest.ttl * 1000
    fresh.set(manifest.area, isFresh || fresh.get(manifest.area) === true)
  }
  return [...fresh].filter(([, isFresh]) => !isFresh).map(([area]) => area)
}
