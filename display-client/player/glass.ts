import { incidentId } from '../alert/incident-id.ts'
import type { Ending } from '../panel/policy.ts'
import type { Programme, ProgrammeItem } from './outputs/output.ts'
import type { Receipt, ReceiptKind } from './receipts.ts'

/** As much of an item as receipts are made of. */
type Glimpse = Pick<ProgrammeItem, 'about' | 'live'> & {
  readonly composition: Pick<ProgrammeItem['composition'], 'hash'>
}

/** What can be said when an alert is on a panel, and off it. */
export interface Proof {
  readonly on: ReceiptKind
  readonly off: ReceiptKind
}

/** A viewer has painted it, or the sign has accepted it. */
export const PROVEN: Proof = { on: 'shown', off: 'removed' }
/** A sign that answers nothing. */
export const SENT: Proof = { on: 'sent', off: 'withdrawn' }

/**
 * What a viewer has painted last, or a sign was given, by panel. Nothing of what it said: where no viewer is left, it stays
 * beyond the end.
 */
export class Glass {
  readonly #seen = new Map<string, readonly Glimpse[]>()

  /** A programme is on a panel. @returns the receipts of what came and of what went */
  put(panel: string, programme: Programme, at: number, { on, off }: Proof): readonly Receipt[] {
    const before = this.#seen.get(panel) ?? []
    const now = programme.map(({ about, live, composition: { hash } }): Glimpse => {
      return { about, live, composition: { hash } }
    })
    this.#seen.set(panel, now)
    const isOn = ({ about }: Glimpse): boolean =>
      now.some((item) => item.live && idOf(item.about) === idOf(about))
    return [
      ...receiptsOf(on, panel, now, at),
      ...receiptsOf(
        off,
        panel,
        before.filter((item) => !isOn(item)),
        at,
      ),
    ]
  }
}

/** Receipts are about alerts: an end card is none, and its paint is what proves that its alert is gone. */
export function receiptsOf(
  kind: ReceiptKind,
  panel: string,
  items: readonly Glimpse[],
  at: number,
): readonly Receipt[] {
  return items
    .filter(({ live }) => live)
    .map(({ about: { sender, incident, revision }, composition }) => {
      return { kind, panel, sender, incident, revision, at, hash: composition.hash }
    })
}

function idOf({ sender, incident }: Ending) {
  return incidentId(sender, incident)
}
