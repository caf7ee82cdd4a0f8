import { INCIDENT_PATTERN } from '../alert/model.ts'

/**
 * Every MQTT topic of Kijkuit (DESIGN §5.8): built and read here and nowhere else.
 *
 * The names passed in are topic levels already: players and panels by {@link NAME}, areas and incidents by the
 * patterns of the alert model. None can hold `/`, `+` or `#` (MQTT 5.0 §4.7).
 */

const ROOT = 'kijkuit/v1'

/** A player or a panel: one topic level, one path segment. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/

const AREA = /^[a-z]{2}(-[a-z0-9]{1,12})*$/
const SHA256 = /^[0-9a-f]{64}$/

/** Retained: the envelope of one incident; of senders who chose the same key the one that came last. @param area `nl` or a region code such as `nl-vr09` */
export const alertTopic = (area: string, incident: string): string => `${ROOT}/alerts/${area}/${incident}`
/** What a player subscribes to for one area: every incident in it. */
export const alertFilter = (area: string): string => `${ROOT}/alerts/${area}/+`
/** Retained: the signed update of the keyring (docs/keys.md). */
export const KEYS_TOPIC = `${ROOT}/keys`
/** Retained and repeated: the signed list of what is alive in one area. */
export const manifestTopic = (area: string): string => `${ROOT}/manifests/${area}`
/** Not retained: signed drills of one area (status Exercise or Test); whoever is away misses them. */
export const drillTopic = (area: string): string => `${ROOT}/drills/${area}`
/** Retained: the bytes of one photo; subscribed to on demand, never by wildcard. */
export const mediaTopic = (sha256: string): string => `${ROOT}/media/${sha256}`
/** Retained: birth and last will. */
export const presenceTopic = (player: string): string => `${ROOT}/players/${player}/presence`
/** Retained: once a minute and on change; the player reads its own back as its round trip. */
export const healthTopic = (player: string): string => `${ROOT}/players/${player}/health`
/** Not retained: batches of receipts. */
export const receiptsTopic = (player: string): string => `${ROOT}/players/${player}/receipts`
/** Not retained: where the player is, for panels that move; whoever knows it publishes it. */
export const positionTopic = (player: string): string => `${ROOT}/players/${player}/position`
/** Retained: the text feed of one sign. */
export const signTopic = (player: string, panel: string): string => `${ROOT}/players/${player}/signs/${panel}`
/** Retained: the heartbeat of the feed of all signs of a player. */
export const feedTopic = (player: string): string => `${ROOT}/players/${player}/feed`

/** Not retained: what controllers of signs have done with what the feed offers them. The only topic of a player that others write. */
export const acknowledgementsTopic = (player: string): string => `${ROOT}/players/${player}/acknowledgements`

/**
 * Not retained: what the keeper of the list (scripts/keeper) sends to itself, to see that it can read alert topics and has
 * read what came before. In an area that nobody has (ISO 3166: `zz` is free for use), so no player gets it.
 */
export const markerTopic = (keeper: string): string => alertTopic('zz', keeper)

/** What a connection subscribes to. */
export interface Subscriptions {
  /** Without these it is of no use. */
  readonly needed: readonly string[]
  /** A broker that refuses these is told of, and used. */
  readonly wanted: readonly string[]
}

/** What a player of these areas subscribes to; alerts are what it is there for. */
export function playerSubscriptions(areas: readonly string[]): Subscriptions {
  return {
    needed: areas.map(alertFilter),
    wanted: [KEYS_TOPIC, ...areas.map(manifestTopic), ...areas.map(drillTopic)],
  }
}

/** A topic that a player receives on. */
export type InboundTopic =
  | { readonly type: 'alert'; readonly area: string; readonly incident: string }
  | { readonly type: 'keys' }
  | { readonly type: 'manifest'; readonly area: string }
  | { readonly type: 'drill'; readonly area: string }
  | { readonly type: 'media'; readonly sha256: string }
  | { readonly type: 'health'; readonly player: string }

/** Reads a topic; undefined when it is none that a player listens to. */
export function parseTopic(topic: string): InboundTopic | undefined {
  if (topic === KEYS_TOPIC) return { type: 'keys' }
  const [root, version, kind, first = '', second, ...more] = topic.split('/', 6)
  if (`${root}/${version}` !== ROOT || more.length > 0) return undefined
  if (second === undefined) {
    if (kind === 'manifests' && AREA.test(first)) return { type: 'manifest', area: first }
    if (kind === 'drills' && AREA.test(first)) return { type: 'drill', area: first }
    return kind === 'media' && SHA256.test(first) ? { type: 'media', sha256: first } : undefined
  }
  if (kind === 'alerts' && AREA.test(first) && INCIDENT_PATTERN.test(second)) {
    return { type: 'alert', area: first, incident: second }
  }
  return kind === 'players' && NAME.test(first) && second === 'health'
    ? { type: 'health', player: first }
    : undefined
}
