import type { Alert, Kind } from '../alert/model.ts'
import type { PanelProfile } from './profile.ts'

/** Where a panel is with regard to an alert's area: what `reaches` of alert/area.ts answers. */
export type Whereabouts = 'inside' | 'outside' | 'unknown'

/** Why an alert that is verified and alive is not on a panel; each with the sentence for an operator. */
export const WITHHELD = {
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

function isEverywhere({ place }: PanelProfile): boolean {
  return !place.moving && place.position === undefined && place.regions.length === 0
}

function withheld(reason: WithheldReason): Admission {
  return { show: false, reason }
}
