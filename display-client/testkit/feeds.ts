import { currentOf, DEFAULT_LIMITS } from '../alert/incident.ts'
import type { Alert } from '../alert/model.ts'
import type { Result } from '../base/result.ts'
import { compose } from '../compose/compose.ts'
import type { Library } from '../compose/library.ts'
import type { Panel } from '../panel/profile.ts'
import { Feed } from '../player/feed/feed.ts'
import type { FeedListen } from '../player/feed/feed-config.ts'
import { type FeedServer, startFeedServer } from '../player/feed/feed-server.ts'
import type { SignNames } from '../player/feed/formats.ts'
import type { Programme } from '../player/outputs/output.ts'
import type { Receipt } from '../player/receipts.ts'
import { amberAlert } from './alerts.ts'
import { TEST_TIME, TestClock } from './test-clock.ts'

/** ms */
export const PERIOD = 30_000

/** A feed without a player. */
export interface TestFeed {
  readonly feed: Feed
  readonly clock: TestClock
  readonly receipts: Receipt[]
  /** What was published, by topic. */
  readonly published: Map<string, string>
  /** Puts an alert on a sign, or takes everything off. */
  show(panel: string, ...alerts: readonly Alert[]): void
}

/** A feed of these signs, with its heart beating. @param fontNumbers see `FeedConfig.fonts` */
export function feedOf(
  panels: readonly Panel[],
  library: Library,
  fontNumbers: Readonly<Record<string, number>> = {},
): TestFeed {
  const clock = new TestClock()
  const receipts: Receipt[] = []
  const published = new Map<string, string>()
  let sequence = 0
  const feed = new Feed({
    ...{ player: 'road', panels, clock, period: PERIOD, fontNumbers },
    fonts: () => library.bitmaps,
    counter: { epoch: 7, next: () => (sequence += 1) },
    publish: (topic, payload) => published.set(topic, payload),
    onReceipts: (all) => receipts.push(...all),
  })
  feed.open()
  const show = (id: string, ...alerts: readonly Alert[]): void => {
    const panel = panels.find((one) => one.id === id)
    if (panel === undefined) throw new Error(`no sign ${id}`)
    feed.set(id, programmeOf(panel, library, alerts))
  }
  return { feed, clock, receipts, published, show }
}

/** Live alerts as the presenter would have them on a panel. */
function programmeOf(panel: Panel, library: Library, alerts: readonly Alert[] = [amberAlert()]): Programme {
  return alerts.map((alert) => {
    const { until } = currentOf(alert, alert.sender, TEST_TIME, DEFAULT_LIMITS, undefined)
    return { about: alert, live: true, until, composition: compose(alert, panel, library) }
  })
}

/** What a controller proves itself with. */
export const FEED_TOKEN = 'a-token-of-the-test-0123456789'

/**
 * Opens the listener of a feed, on a free port of loopback.
 *
 * @param listen with `tokenFile`, unless it is for certificates only; absolute paths
 * @param lines takes warnings
 */
export function serveFeed(
  { feed, clock }: TestFeed,
  listen: Partial<FeedListen>,
  { names = {}, lines = [] }: { readonly names?: SignNames; readonly lines?: string[] } = {},
): Promise<Result<FeedServer, string>> {
  return startFeedServer({
    listen: {
      ...{ host: '127.0.0.1', port: 0, tokenFile: undefined },
      ...{ cert: undefined, key: undefined, clientCa: undefined },
      ...listen,
    },
    ...{ feed, names, clock },
    log: { info: () => {}, warn: (line) => void lines.push(line) },
  })
}
