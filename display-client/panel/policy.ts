import type { Alert, Kind } from '../alert/model.ts'
import { HostSchema } from './host-profile.ts'
import type { PanelProfile } from './profile.ts'

/** Where a panel is with regard to an alert's area: what `reaches` of alert/area.ts answers. */
export type Whereabouts = 'inside' | 'outside' | 'unknown'

/** Why an alert that is verified and alive is not on a panel; each with the sentence for an operator. */
const WITHHELD = {
  'not-for-display': 'its status, msgType or scope is never shown to the public',
  'test-not-allowed': 'it is a test, exercise or drill; set tests: true in the panel profile to show those',
  'kind-not-allowed': 'the panel profile does not list its kind under kinds',
  'outside-area': 'the panel is outside its area',
  'place-unknown':
    'it is unknown whether the panel is inside its area; give the panel a position and its regions under place',
} as const
export type WithheldReason = keyof typeof WITHHELD

export type Admission = { readonly show: true } | { readonly show: false; readonly reason: WithheldReason }

/** Kinds in which minutes count: shown when it is unknown whether the panel is inside the area. */
const FAIL_OPEN: ReadonlySet<Kind> = new Set(['public-warning', 'amber', 'missing-child'])

/**
 * Whether the owner of a panel lets it show this alert there (DESIGN §5.3.1, §5.4).
 *
 * Looks at status, kind and place; that the alert is verified and alive is the ledger's to say. `Exercise`, `Test` and
 * drills need `tests: true`; a drill needs nothing else, any other kind must also be one that the profile allows.
 *
 * A fixed panel with neither position nor regions counts as everywhere: its owner chose the topics that reach it, and
 * said nothing more. Where a panel's place is given but does not settle the matter (a bus without a fix, a position
 * against an area of codes only), an emergency is shown and anything else is not.
 */
export function mayShow(panel: PanelProfile, alert: Alert, whereabouts: Whereabouts): Admission {
  const isDisplayed = alert.msgType === 'Alert' || alert.msgType === 'Update'
  const isActual = alert.status === 'Actual'
  const isTest = alert.status === 'Exercise' || alert.status === 'Test'
  if (!isDisplayed || alert.scope !== 'Public' || !(isActual || isTest)) return withheld('not-for-display')
  if ((isTest || alert.kind === 'drill') && !panel.tests) return withheld('test-not-allowed')
  if (alert.kind !== 'drill' && !panel.kinds.includes(alert.kind)) return withheld('kind-not-allowed')
  if (isEverywhere(panel) || whereabouts === 'inside') return { show: true }
  if (whereabouts === 'outside') return withheld('outside-area')
  return FAIL_OPEN.has(alert.kind) ? { show: true } : withheld('place-unknown')
}

/** Kinds from first to last (DESIGN §5.4). */
export const PRIORITY: readonly Kind[] = [
  'public-warning',
  'amber',
  'missing-child',
  'missing-person',
  'community',
  'drill',
]

/**
 * Orders alerts for one panel, for `sort`: the real before any test, then by {@link PRIORITY}. 0 = equals, which rotate.
 */
export function byPriority(a: Pick<Alert, 'status' | 'kind'>, b: Pick<Alert, 'status' | 'kind'>): number {
  const real = Number(b.status === 'Actual') - Number(a.status === 'Actual')
  return real || PRIORITY.indexOf(a.kind) - PRIORITY.indexOf(b.kind)
}

/**
 * How long an end card stays, ms. Ours: two or three turns of a panel's other content, so that who saw the alert may see its end;
 * and short, because whoever did not is told of something that no longer matters.
 */
export const END_CARD_TIME = 60_000

/**
 * Whether a panel says that an alert has ended (DESIGN §5.3.3). Not to drivers unless the owner asks: who drives past
 * once did not see the alert, and a road panel that has nothing to say about the road is better dark.
 */
export function showsEndCards({
  endCard,
  trafficSpeed,
}: Pick<PanelProfile, 'endCard' | 'trafficSpeed'>): boolean {
  return endCard ?? trafficSpeed === 0
}

/**
 * What is left of an alert for its end card: nothing personal, so that nothing needs to be erased.
 *
 * It comes after an end that somebody signed, on a panel that showed the alert. Not after one that came with time alone
 * (nobody said how it ended) nor after a withdrawal (it should never have been there).
 */
export interface Ending {
  /** Whose incident it was. */
  readonly sender: string
  readonly incident: string
  /** Of the last message that was shown. */
  readonly revision: number
  readonly kind: Kind
  readonly status: Alert['status']
}

/** What is known of the host of a panel and of who stands before it. Times in ms, of a clock that never goes back. */
export interface HostReport {
  /** The last word of the host, since when it says so, and when it said so last; absent = it has said nothing yet. */
  readonly said?: { readonly idle: boolean; readonly since: number; readonly at: number } | undefined
  /** The last touch. */
  readonly touchedAt?: number | undefined
}

/** Why an alert is not on a panel that shows them only while its host is idle, or that it may be. */
export type HostVerdict = 'idle' | 'unheard' | 'busy' | 'silent' | 'touched'

const SECOND = 1_000

/** Of a panel whose profile says nothing about its host. */
const USUAL_HOST = HostSchema.parse({})

/**
 * Whether an alert may be on a panel with `onlyIdle`: only while the host is known to be idle, and nobody touches it.
 *
 * A host that has said nothing yet, or no longer, counts as busy. Whoever stands before the machine may be typing a code, and
 * an alert over that is worse than one panel without it: the alert is on others.
 *
 * A touch is stronger than a host that goes on saying that it is idle: it does not know yet. The alert comes back when the host
 * has been busy and is idle again, or when nothing was touched for `untouched`.
 *
 * @param now ms, of the same clock as the report
 * @returns the verdict, and when it becomes another by time alone
 */
export function hostVerdict(
  { host = USUAL_HOST }: Pick<PanelProfile, 'host'>,
  { said, touchedAt }: HostReport,
  now: number,
): { readonly verdict: HostVerdict; readonly next: number | undefined } {
  if (said === undefined) return { verdict: 'unheard', next: undefined }
  if (!said.idle) return { verdict: 'busy', next: undefined }
  const silentAt = said.at + host.silence * SECOND
  if (now >= silentAt) return { verdict: 'silent', next: undefined }
  const backAt = (touchedAt ?? Number.NEGATIVE_INFINITY) + host.untouched * SECOND
  const touched = touchedAt !== undefined && said.since <= touchedAt && now < backAt
  return touched
    ? { verdict: 'touched', next: Math.min(backAt, silentAt) }
    : { verdict: 'idle', next: silentAt }
}

/** The least time of either turn, ms: shorter is a flicker to who reads it. */
const LEAST_TURN = 8_000

/** ms: what binary fractions add to or take from a whole number. */
const ROUNDED = 1e-6

/** How long alert and host have a panel that shares its time, ms. */
export interface Turns {
  readonly alert: number
  readonly host: number
}

/**
 * The turns of an alert and of the host's content on a panel that shares its time.
 *
 * The turn of the alert holds every page of it at least once, so it is always read whole; both turns are as short as that and
 * {@link LEAST_TURN} let them be, so that neither is away for long. The alert has its share, and never a ms less.
 *
 * @param round of all pages that are up, ms
 * @returns undefined when it shares its time with nothing
 */
export function turnsOf(
  { share, unshared }: Pick<PanelProfile, 'share' | 'unshared'>,
  kind: Kind,
  round: number,
): Turns | undefined {
  if (share >= 1 || unshared.includes(kind)) return undefined
  const alert = Math.ceil(Math.max(round, LEAST_TURN, (LEAST_TURN * share) / (1 - share)) - ROUNDED)
  return { alert, host: Math.floor((alert * (1 - share)) / share + ROUNDED) }
}

/**
 * Whose turn it is. The alert begins.
 *
 * @param since when the alert came, ms
 * @param now ms, of the same clock
 * @returns whether the alert is to be seen, and when that is no longer so
 */
export function turnAt(
  { alert, host }: Turns,
  since: number,
  now: number,
): { readonly isAlert: boolean; readonly next: number } {
  const round = alert + host
  const begun = since + Math.floor((now - since) / round) * round
  const isAlert = now < begun + alert
  return { isAlert, next: isAlert ? begun + alert : begun + round }
}

function isEverywhere({ place }: PanelProfile): boolean {
  return !place.moving && place.position === undefined && place.regions.length === 0
}

function withheld(reason: WithheldReason): Admission {
  return { show: false, reason }
}
