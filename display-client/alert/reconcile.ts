import { moment } from './cap-time.ts'
import { type Current, type Ended, isSigned, unlistedAt } from './incident.ts'
import { type IncidentId, incidentId } from './incident-id.ts'
import { IncidentMap, type Incidents } from './incidents.ts'
import { speaksFor } from './keyring.ts'
import { type Ending, endSome, everybodysEnd } from './lifecycle.ts'
import { type Listed, type Manifests, newestFor, type OpenedManifest } from './manifest.ts'
import { SENT_TOLERANCE } from './time-trust.ts'

/**
 * What manifests do to incidents (DESIGN §5.8).
 *
 * The newest manifest that speaks about an incident decides: of the area whose topic the incident came on, signed by a key
 * that may end it (its sender's, or a supervisor's). It overrules only what was sent more than 120 s before it was
 * issued: whoever makes the list has a clock of his own, and learns of an alert a moment after it was signed. Tests and
 * exercises are not its business, because who makes those need not tell who makes the list.
 */

/**
 * Ends what a manifest should list and does not, at `now` (ms since 1970).
 *
 * @param among only these incidents; all when undefined
 */
export function withdrawUnlisted(
  state: Incidents,
  manifests: Manifests,
  now: number,
  among?: Iterable<IncidentId>,
): Ending {
  const end = (current: Current): Ended | undefined => {
    const unlisting = unlistedBy(manifests, current)
    return unlisting && unlistedAt(current, now, moment(unlisting.manifest.issuedAt))
  }
  return manifests.size === 0 ? { state, ended: [] } : endSome(state, end, among)
}

function unlistedBy(manifests: Manifests, { alert, area, sender }: Current): OpenedManifest | undefined {
  if (area === undefined || alert.status !== 'Actual') return undefined
  const newest = newestFor(manifests, area, sender)
  const isListed = newest.some(({ manifest }) =>
    manifest.active.some((one) => one.sender === sender && one.incident === alert.incident),
  )
  const [first] = newest
  return first && !isListed && overrules(first, moment(alert.sent)) ? first : undefined
}

/** An alert that is live and not here: to be asked for again. */
export interface Missing {
  readonly area: string
  readonly incident: string
  readonly revision: number
  /** Of its envelope. */
  readonly sha256: string
}

/** What a manifest says that this device does not know. */
export interface Compared {
  /** The very same object when nothing changed. */
  readonly state: Incidents
  /** Incidents that were let in again; their tombstones have changed. */
  readonly readmitted: readonly IncidentId[]
  readonly missing: readonly Missing[]
}

/**
 * Finds what `opened` lists and is not here at `now` (ms since 1970), and lets in again what left without anybody having
 * ended it: by the mistake of an earlier manifest, with a key that was revoked and the alert since signed by another, or by
 * a clock that ran ahead. It lets in exactly the envelope that it lists.
 */
export function compare(state: Incidents, opened: OpenedManifest, now: number): Compared {
  const { manifest } = opened
  const readmitted: [IncidentId, Ended][] = []
  const missing: Missing[] = []
  for (const listed of manifest.active) {
    const { sender, incident, revision, sha256, expires } = listed
    if (moment(expires) <= now || everybodysEnd(state, incident)?.status === 'Actual') continue
    const id = incidentId(sender, incident)
    const known = state.get(id)
    if (known?.phase === 'ended') {
      if (mayReadmit(known, listed, opened, now)) {
        missing.push({ area: manifest.area, incident, revision, sha256 })
        if (known.readmitted !== sha256) readmitted.push([id, { ...known, readmitted: sha256 }])
      } else if (!isSigned(known.reason) && revision > known.revision) {
        missing.push({ area: manifest.area, incident, revision, sha256 })
      }
    } else if (known === undefined || revision > known.alert.revision) {
      missing.push({ area: manifest.area, incident, revision, sha256 })
    }
  }
  if (readmitted.length === 0) return { state, readmitted: [], missing }
  return {
    state: IncidentMap.of(state).with(readmitted),
    readmitted: readmitted.map(([id]) => id),
    missing,
  }
}

function mayReadmit(ended: Ended, listed: Listed, opened: OpenedManifest, now: number): boolean {
  if (!speaksFor(opened.key, ended.sender) || !overrules(opened, ended.sent)) return false
  switch (ended.reason) {
    case 'key-revoked':
    case 'not-in-manifest':
      return true
    case 'expired':
    case 'ceiling':
    case 'purged':
      // Ended at a moment that has not come yet.
      return ended.endedAt > now && listed.revision === ended.revision
    default:
      return false
  }
}

/** Whether a manifest knows better than what was sent at `sent` (ms since 1970). */
function overrules({ manifest }: OpenedManifest, sent: number): boolean {
  return moment(manifest.issuedAt) - sent > SENT_TOLERANCE
}
