import { randomUUID } from 'node:crypto'
import { isSigned } from '../alert/incident.ts'
import { partsOf } from '../alert/incident-id.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { type Fault, formatFault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { allFonts } from '../compose/library.ts'
import { readCellFont } from '../paint/character-sign.ts'
import { type PlayerConfig, TEMPLATES } from './config.ts'
import { openDatabase } from './database.ts'
import { PlayerEvents } from './events.ts'
import { FeedCounter } from './feed/counter.ts'
import { Feed, type FeedOptions } from './feed/feed.ts'
import { MqttAcknowledgements } from './feed/mqtt-acknowledgements.ts'
import { diskFiles } from './files.ts'
import { fullHealth, type HealthParts, summary } from './health.ts'
import { HostSide } from './host-side.ts'
import { Intake } from './intake.ts'
import { KeyringStore, readInstalledKeyring } from './keyring-store.ts'
import { Ledger } from './ledger.ts'
import { LibraryFiles, needsOf } from './library-files.ts'
import { Links } from './links.ts'
import type { Log } from './log.ts'
import { Manifests } from './manifests.ts'
import { Outbox } from './outbox.ts'
import { isOffered, outputsOf } from './outputs/outputs.ts'
import { Photos } from './photos.ts'
import { Presenter } from './presenter.ts'
import { Receipts } from './receipts.ts'
import { RtigFeed } from './rtigt047-feed.ts'
import { screenshotRoutes } from './screenshot-route.ts'
import { Screenshots } from './screenshots.ts'
import { type Route, startServer } from './server.ts'
import { playerSubscriptions, positionTopic } from './topics.ts'
import { openViewerToken, type ViewerToken } from './viewer-token.ts'
import { WarmUp } from './warm-up.ts'

const HOUR = 3_600_000
/** After an alert, ms: by then its panels have said what they show. */
const QUIET = 150
/** Another after each boot (https://docs.kernel.org/admin-guide/sysctl/kernel.html#random). */
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

export interface PlayerOptions {
  readonly config: PlayerConfig
  readonly clock: Clock
  /** 0 up to 1; spreads what a whole fleet would do in the same instant. */
  readonly random: () => number
  readonly log: Log
  /** The built screen page. */
  readonly screenDirectory: string
  /** Of the embedding program. */
  readonly routes?: readonly Route[]
  /** A folder like `templates/`. */
  readonly templates?: string
  /** All that a start takes is done: what it needed for a moment may be given back. Once. */
  onRested?(): void
  /** What came is dealt with, and for a moment nothing else has come: the time to tidy up, before the next alert. */
  onQuiet?(): void
}

/** A running player. */
export interface Player extends Disposable {
  /** `http://127.0.0.1:<port>` */
  readonly address: string
  /** What lets screens in at `address`. */
  readonly viewerToken: ViewerToken
  /** Where controllers of signs read the feed, when player.yaml says so. */
  readonly feedAddress?: string
  readonly events: PlayerEvents
  /** How it is: the health record, with the last receipts. */
  health(): unknown
  dispose(): Promise<void>
}

/** Why a player did not start; nothing of it is left running. */
export interface StartFailure {
  readonly step: 'keyring' | 'data' | 'library' | 'server' | 'feed'
  /** One sentence, or one for each fault, that names the fix. */
  readonly message: string
}

/**
 * Starts a player: the only place where its parts are joined.
 *
 * @returns the player as soon as its page is served; it is armed when a broker is there (see `events`)
 */
export async function startPlayer(options: PlayerOptions): Promise<Result<Player, StartFailure>> {
  const held = new Disposables()
  const started = await start(options, held)
  if (!started.ok) await held.dispose()
  return started
}

async function start(options: PlayerOptions, held: Disposables): Promise<Result<Player, StartFailure>> {
  const { config, clock, random, log, screenDirectory, routes = [], templates = TEMPLATES, onQuiet } = options
  const { player, panels, brokers, areas } = config
  const session = randomUUID()
  const events = new PlayerEvents()
  let cancelQuiet: CancelTimer = () => {}
  held.defer(() => cancelQuiet())

  // 1. Keys and data folder: without them nothing may be believed or shown, and they are what a person gets wrong.
  const installed = readInstalledKeyring(config.keyring)
  if (!installed.ok) return refused('keyring', installed.failure)
  const opened = openDatabase(config.data, clock.now())
  if (!opened.ok) return refused('data', opened.failure)
  const storage = held.add(opened.value)
  for (const fault of storage.faults) log.warn(fault)
  const keys = held.add(new KeyringStore({ installed: installed.value, folder: config.data, clock, log }))

  // 2. What composing needs: it is read from disk, and from here to the panels nothing is waited for, so that time
  //    cannot end an alert in between.
  const cellFont = await readCellFont()
  if (!cellFont.ok) return refused('library', faultLines(cellFont.failure))
  const files = await LibraryFiles.open({
    ...{ templates, clock, log, needs: needsOf(panels) },
    onChange: () => presenter.renew(),
  })
  if (!files.ok) return refused('library', faultLines(files.failure))
  const library = held.add(files.value)

  // 3. The ledger: what has ended is ended before anything can ask what is alive.
  const limits = { ceiling: Math.max(...panels.map((panel) => panel.ceiling)) * HOUR }
  const ledger = held.add(
    new Ledger({
      ...{ storage, keyring: keys.keyring, clock, log, limits },
      keepKeyring: (keyring) => keys.keep(keyring),
      onBegun: () => presenter.update(),
      onTime: () => changed(),
      onLeap: () => links.refill(),
      onErased: (erased) => {
        receipts.add(erased.map((one) => ({ kind: 'erased', ...one, at: clock.now() })))
      },
    }),
  )

  // 4. The ways out, still closed: what is said before they open is kept or said anew.
  const publish: FeedOptions['publish'] = (...message) => links.publishEverywhere(...message)
  const displays = new RtigFeed({ player, panels, clock, log, publish })
  const acknowledgements =
    config.feed && new MqttAcknowledgements({ player, names: config.feed.names, clock, log })
  const { needed, wanted } = playerSubscriptions(areas)
  const positionFilters = panels.some(({ place }) => place.moving) ? [positionTopic(player)] : []
  const links = new Links({
    ...{ brokers, player, clock, random, log, session },
    subscriptions: {
      needed,
      wanted: [...wanted, ...displays.filters, ...(acknowledgements?.filters ?? []), ...positionFilters],
    },
    health: () => summary(parts),
    onMessage: (delivery) => {
      const isTaken =
        displays.take(delivery) || hostSide.take(delivery) || acknowledgements?.take(delivery, signs)
      if (!isTaken) intake.take(delivery)
    },
    onConnected: () => {
      signs.publishAll()
      displays.publishAll()
      receipts.sendSoon()
    },
    onArmed: (armed) => {
      if (!armed) return
      events.emit({ type: 'armed', at: clock.now() })
      warmUp.start()
    },
  })
  const receipts = held.add(
    new Receipts({
      ...{ outbox: new Outbox(storage.database), player, session, clock, random, log },
      publish: (topic, payload) => links.publishOnce(topic, payload),
      onReceipt: (receipt) => events.emit({ type: 'receipt', ...receipt }),
    }),
  )
  const signPanels = panels.filter(isOffered)
  const signs = held.add(
    new Feed({
      ...{ player, clock, panels: signPanels, fontNumbers: config.feed?.fonts ?? {} },
      period: config.feed?.period ?? 0,
      fonts: () => allFonts(library.library),
      counter: new FeedCounter(storage.database, clock.now(), log),
      publish,
      onReceipts: (all) => receipts.add(all),
    }),
  )
  const photos = held.add(
    new Photos({
      log,
      request: (sha256, onBytes) => links.requestMedia(sha256, onBytes),
      onReady: () => presenter.update(),
    }),
  )

  // 5. The panels, and on them what was alive before the restart: that needs no network.
  const outputs = outputsOf(panels, {
    ...{ clock, random, log, cellFont: cellFont.value },
    signs: {
      set: (...record) => {
        for (const feed of [signs, displays]) feed.set(...record)
      },
    },
    fonts: () => allFonts(library.library),
    photo: (sha256) => photos.get(sha256),
  })
  const channels = new Map([...outputs].map(([id, { channel }]) => [id, held.add(channel)]))
  const wired = new Map([...outputs].flatMap(([id, { sign }]) => (sign ? [[id, held.add(sign)]] : [])))
  const hostSide = held.add(
    new HostSide({
      ...{ player, panels, channels, clock, log, stateFolder: config.state },
      onChange: () => presenter.update(),
    }),
  )
  const presenter: Presenter = held.add(
    new Presenter({
      ...{ panels, outputs, clock, log },
      library: () => library.library,
      live: () => ledger.live,
      hasPhoto: (sha256) => photos.get(sha256) !== undefined,
      surroundings: (live) => hostSide.surroundings(live),
      onView: (...seen) => hostSide.setView(...seen),
      onReceipts: (all) => receipts.add(all),
      ...(config.feed && { byController: new Set(signPanels.map(({ id }) => id)) }),
    }),
  )
  presenter.update()
  photos.follow(ledger.live)
  ledger.erase()
  const warmUp = held.add(
    new WarmUp({ panels, clock, log, library: () => library.library, onDone: () => options.onRested?.() }),
  )

  // 6. The page, now that it has the truth to show.
  const startedAt = clock.now()
  const manifests = held.add(
    new Manifests({
      ...{ clock, log },
      staleAreas: () => ledger.staleAreas,
      refill: () => links.refill(),
      onStale: () => links.beatSoon(),
    }),
  )
  const intake = new Intake({
    ...{ ledger, clock, log, keepsEnvelopes: false },
    onManifest: (missing) => manifests.take(missing),
    onKeyring: ({ sequence }) => {
      log.info(`the keyring is now that of update ${sequence}`)
      // What was refused for its key may be good now.
      links.refill()
    },
    onTaken: ({ alert: { revision }, effect, others, receivedAt, verifiedAt }) => {
      const effects = [effect, ...others]
      for (const one of effects) if (one.type === 'ended' && isSigned(one.ended.reason)) presenter.end(one.id)
      changed()
      const about = effects.map(({ id }) => ({ ...partsOf(id), revision }))
      receipts.add([
        ...about.map((one) => ({ kind: 'received', ...one, at: receivedAt }) as const),
        ...about.map((one) => ({ kind: 'verified', ...one, at: verifiedAt }) as const),
      ])
    },
    onRejected: ({ code }) => events.emit({ type: 'rejected', code, at: clock.now() }),
  })
  const parts: HealthParts = {
    ...{ player, startedAt, clock, links, ledger, storage, keys, library, intake, photos, receipts },
    ...{ channels, hostSide, signs: wired },
  }
  const { port } = config.server
  const media = (sha256: string) => photos.get(sha256)
  const health = () => fullHealth(parts)
  const boot = diskFiles.read(BOOT_ID)
  const viewerToken = openViewerToken({ folder: config.data, boot, log })
  let origin = ''
  const screenshots = new Screenshots({
    ...{ panels, channels, clock, log, cellFont: cellFont.value },
    programme: (panel) => presenter.programme(panel),
  })
  const server = await startServer({
    ...{ port, channels, screenDirectory, media, health, viewerToken, log },
    routes: [
      ...routes,
      ...hostSide.routes(() => origin),
      ...screenshotRoutes(panels, screenshots, viewerToken),
    ],
  })
  if (!server.ok) return refused('server', server.failure)
  origin = held.add(server.value).address

  // 7. The feed, once it can say what is alive: a controller that heard of nothing would blank its signs.
  let feedAddress: string | undefined
  if (config.feed) {
    signs.open()
    const { listen, names } = config.feed
    if (listen) {
      // Only here: TLS, which a player without the listener never needs.
      const { startFeedServer } = await import('./feed/feed-server.ts')
      const opened = await startFeedServer({ listen, feed: signs, names, clock, log })
      if (!opened.ok) return refused('feed', opened.failure)
      feedAddress = held.add(opened.value).address
    }
  }

  // 8. The link last: from here on messages come in, and everything that judges and shows them is there.
  held.add(links).open()

  /** What is alive is another: panels first, everything else after. */
  function changed(): void {
    presenter.update()
    photos.follow(ledger.live)
    ledger.erase()
    links.beatSoon()
    cancelQuiet()
    if (onQuiet) cancelQuiet = clock.after(QUIET, onQuiet)
  }

  return ok({
    ...{ address: server.value.address, viewerToken, events, health, dispose: () => held.dispose() },
    ...(feedAddress !== undefined && { feedAddress }),
  })
}

function faultLines(faults: readonly Fault[]): string {
  return faults.map(formatFault).join('\n')
}

function refused(step: StartFailure['step'], message: string): Result<never, StartFailure> {
  return fail({ step, message })
}
