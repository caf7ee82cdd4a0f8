import { hasRole, incidentOf, type ManifestEvent } from './events.ts'
import type { End, Story } from './story.ts'
import { type Moment, SKEW } from './timeline.ts'

/** When the newest manifest was issued, if that should list the incident and does not. */
export function unlistedSince(owner: string, { status, word }: Story, now: Moment): number | undefined {
  if (word === undefined || status !== 'Actual') return undefined
  const speaking = now.manifests.filter(
    (one) =>
      one.area === word.by.area && (hasRole(one.signer, 'supervisor') || one.signer.senders.includes(owner)),
  )
  const newest = Math.max(...speaking.map((one) => one.issuedAt))
  if (!(newest > word.by.alert.sent + SKEW)) return undefined
  const { incident } = word.by.alert
  const isListed = speaking.some(
    (one) =>
      one.issuedAt === newest &&
      one.active.some((entry) => entry.incident === incident && entry.sender === owner),
  )
  return isListed ? undefined : newest
}

/** A manifest may let in again what nobody has ended. */
export function readmit(owner: string, ended: End, event: ManifestEvent, now: Moment): void {
  const signer = now.signer
  const listed = event.active.find((one) => one.incident === incidentOf(ended.name) && one.sender === owner)
  if (!signer || !listed || listed.expires <= now.time) return
  if (!hasRole(signer, 'supervisor') && !signer.senders.includes(owner)) return
  if (event.issuedAt <= ended.sent + SKEW) return
  const isUndone =
    ended.kind === 'key' ||
    ended.kind === 'manifest' ||
    (ended.kind === 'time' && ended.at > now.time && listed.revision === ended.revision)
  if (isUndone) ended.readmitted = listed.sha256
}
