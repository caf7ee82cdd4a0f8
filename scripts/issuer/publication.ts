import {
  MAX_ENVELOPE_BYTES,
  type OpenedEnvelope,
  openEnvelope,
  sealAlert,
} from '../../display-client/alert/envelope.ts'
import { type KeyFile, type Keyring, keyringOf } from '../../display-client/alert/keyring.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { formatRejection } from '../../display-client/alert/rejection.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import { alertTopic, drillTopic, mediaTopic } from '../../display-client/player/topics.ts'
import type { IssuerConnection } from './connection.ts'
import type { Photo } from './photo.ts'

/** An alert that is to be sent. */
export interface Publication {
  readonly alert: Alert
  readonly area: string
  readonly key: KeyFile
  /** On the topic of drills, and not retained: whoever is away misses it. */
  readonly isDrill: boolean
  /** Those of the alert whose bytes are not in it. */
  readonly photos: readonly Photo[]
  /** What it replaces, when that is known. */
  readonly previous?: Alert
}

/** What was sent. */
export interface Published {
  readonly topic: string
  /** Of the envelope, bytes. */
  readonly bytes: number
}

/**
 * Signs and publishes: the photos first, so that they are there when the alert names them; then the alert; then the
 * broker forgets the photos that the incident no longer has.
 *
 * @param now ms since 1970
 * @returns the broker has acknowledged all of it; or why not, in words
 */
export async function publish(
  connection: IssuerConnection,
  { alert, area, key, isDrill, photos, previous }: Publication,
  now: number,
): Promise<Result<Published, string>> {
  const envelope = sealAlert(JSON.stringify(alert), key.privateKey, key.kid)
  if (envelope.length > MAX_ENVELOPE_BYTES) {
    return fail(
      `the signed alert has ${envelope.length} bytes, and players read at most ${MAX_ENVELOPE_BYTES}; shorten its texts`,
    )
  }
  const expires = Date.parse(alert.expires)
  for (const { media, bytes } of photos) {
    if (media.data !== undefined) continue
    const sent = await connection.publish(mediaTopic(media.sha256), bytes, expires, now)
    if (!sent.ok) return sent
  }
  const topic = isDrill ? drillTopic(area) : alertTopic(area, alert.incident)
  const sent = await connection.publish(topic, envelope, expires, now, !isDrill)
  if (!sent.ok) return sent
  const kept = new Set(alert.media.map(({ sha256 }) => sha256))
  for (const { sha256, data } of previous?.media ?? []) {
    if (kept.has(sha256) || data !== undefined) continue
    const cleared = await connection.clear(mediaTopic(sha256))
    if (!cleared.ok) return cleared
  }
  return ok({ topic, bytes: envelope.length })
}

/**
 * The message about an incident of that key that the broker retains now, whosesoever it is, if its signature is good.
 *
 * @param keyring whose messages to believe
 * @param now ms since 1970
 * @returns undefined when nothing is retained; or why what is retained is not to be believed
 */
export async function retainedAlert(
  connection: IssuerConnection,
  area: string,
  incident: string,
  keyring: Keyring,
  now: number,
): Promise<Result<OpenedEnvelope | undefined, string>> {
  const bytes = await connection.retained(alertTopic(area, incident))
  if (bytes === undefined || bytes.length === 0) return ok(undefined)
  const opened = openEnvelope(bytes, keyring, now)
  if (!opened.ok) return fail(formatRejection(opened.failure))
  return ok(opened.value.alert.incident === incident ? opened.value : undefined)
}

/** A keyring that believes one's own key only, for one sender. */
export function ownKeyring(key: KeyFile, sender: string): Keyring {
  const { kty, crv, x } = key.privateKey
  return keyringOf({
    schema: 'kijkuit-keyring/1',
    keys: [
      {
        kid: key.kid,
        roles: ['issuer'],
        senders: [sender],
        // Whether it is still valid is for the devices to say.
        notBefore: '2000-01-01T00:00:00+00:00',
        notAfter: '9999-12-31T23:59:59+00:00',
        publicKey: { kty, crv, x },
      },
    ],
  })
}
