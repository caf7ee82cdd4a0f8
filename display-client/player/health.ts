import type { Clock } from '../base/clock.ts'
import { formatFault } from '../base/document.ts'
import type { PlayerDatabase } from './database.ts'
import type { HostSide } from './host-side.ts'
import type { Intake } from './intake.ts'
import type { KeyringStore } from './keyring-store.ts'
import type { Ledger } from './ledger.ts'
import type { LibraryFiles } from './library-files.ts'
import type { Links } from './links.ts'
import type { PanelChannel } from './panel-channel.ts'
import type { Photos } from './photos.ts'
import type { Receipts } from './receipts.ts'
import type { SignLink } from './signs/sign-link.ts'

/** The parts of a player that know how they are. */
export interface HealthParts {
  readonly player: string
  /** ms since 1970 */
  readonly startedAt: number
  readonly clock: Clock
  readonly links: Pick<Links, 'armed' | 'statuses'>
  readonly ledger: Pick<Ledger, 'live' | 'stored' | 'clock' | 'staleAreas'>
  readonly storage: Pick<PlayerDatabase, 'state' | 'faults' | 'space'>
  readonly keys: Pick<KeyringStore, 'stored'>
  readonly library: Pick<LibraryFiles, 'faults'>
  readonly intake: Pick<Intake, 'rejections'>
  readonly photos: Pick<Photos, 'refused'>
  readonly receipts: Pick<Receipts, 'recent'>
  readonly channels: ReadonlyMap<
    string,
    Pick<PanelChannel, 'viewers' | 'painting' | 'painted' | 'stage' | 'shell'>
  >
  /** Hosts, idle content and positions. */
  readonly hostSide: Pick<HostSide, 'status' | 'panelStatus' | 'faults'>
  /** The ways to signs, by panel. */
  readonly signs: ReadonlyMap<string, Pick<SignLink, 'status'>>
}

/** What goes to the broker: how a player is, in a few hundred bytes whatever the number of its panels. Ids only. */
export function summary(parts: HealthParts) {
  const { links, ledger, storage, channels } = parts
  const panels = [...channels.values()]
  return {
    schema: 'kijkuit-health/1',
    player: parts.player,
    startedAt: parts.startedAt,
    at: parts.clock.now(),
    /** Whether an alert that is published now would reach the panels. */
    armed: links.armed,
    links: links.statuses,
    live: ledger.live.map(({ sender, alert: { incident, revision }, until }) => {
      return { sender, incident, revision, until }
    }),
    /** `watched`: somebody looks at it, and paints; `painted`: and has painted what must be there now. */
    panels: {
      count: panels.length,
      watched: panels.filter(({ painting }) => painting > 0).length,
      painted: panels.filter(({ painting, painted }) => painting > 0 && painted).length,
    },
    /** Signs on a wire of their own, and how many of them cannot be reached or refuse what they are sent. */
    signs: {
      count: parts.signs.size,
      failing: [...parts.signs.values()].filter(({ status }) => status.state === 'failing').length,
    },
    rejections: parts.intake.rejections,
    photosRefused: parts.photos.refused,
    /** False when the disk takes nothing more: a restart may lose what is alive. */
    stored: ledger.stored && parts.keys.stored && storage.state !== 'memory',
    /** `space`: bytes that are free where the data is. */
    storage: { state: storage.state, space: storage.space() },
    /** `behind`: the clock of this machine says less than has been signed already, and is not believed. */
    clock: ledger.clock,
    /** Areas whose list of live alerts has stopped coming. */
    staleAreas: ledger.staleAreas,
    templateFaults: parts.library.faults.length,
    /** Screens of which the idle content does not come, and whether the player knows where it is, if its panels move. */
    host: parts.hostSide.status,
  }
}

/** What `GET /health` says: everything, panel by panel. */
export function fullHealth(parts: HealthParts) {
  return {
    ...summary(parts),
    panels: [...parts.channels].map(([id, { viewers, painting, painted, stage, shell }]) => {
      const sign = parts.signs.get(id)?.status
      return {
        id,
        revision: stage.revision,
        pages: stage.pages.length,
        viewers,
        /** How many of them neither hide nor hang. */
        painting,
        painted,
        /** Whether a shell has it on a monitor, and the last step of its recovery ladder. */
        shell: { attached: shell.attached, visible: shell.visible, step: shell.step },
        ...parts.hostSide.panelStatus(id),
        ...(sign && { sign }),
      }
    }),
    storageFaults: parts.storage.faults,
    hostFaults: parts.hostSide.faults,
    templateFaults: parts.library.faults.map(formatFault),
    receipts: parts.receipts.recent,
  }
}
