import { createHash } from 'node:crypto'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { sealAlert } from '../../display-client/alert/envelope.ts'
import type { NewKey } from '../../display-client/alert/keyring.ts'
import { sealKeyringUpdate } from '../../display-client/alert/keyring-update.ts'
import { type Listed, sealManifest } from '../../display-client/alert/manifest.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { alertTopic, KEYS_TOPIC, manifestTopic } from '../../display-client/player/topics.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'

const MINUTE = 60_000

/** A signed message, and where it is put. */
export interface Signed {
  readonly topic: string
  readonly bytes: Buffer
}

/** What there is before anybody spoils it. */
export interface Messages {
  /** A trusted key has signed them, on their own topics. */
  readonly genuine: readonly Signed[]
  /** Another has, or they are where they do not belong. */
  readonly forged: readonly Signed[]
}

/** @param key trusted */
export function makeMessages(key: NewKey): Messages {
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
  const forged: Signed[] = []
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
