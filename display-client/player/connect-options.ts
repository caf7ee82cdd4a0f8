import { type IClientOptions, UniqueMessageIdProvider } from 'mqtt'
import type { Credentials } from './credentials.ts'
import { LARGEST_PACKET } from './packet-guard.ts'

/** s: a player that is silent for 1.5 times that is lost to the broker, which then tells so (MQTT 5.0 §3.1.2.10). */
const KEEPALIVE = 20
/** ms for CONNACK; connection.ts is more impatient. */
const CONNECT_TIMEOUT = 12_000
/** The broker waits this long before it tells the world that the player is lost (MQTT 5 only). s */
const WILL_DELAY = 10
/** Bytes, at most, before the body of a packet (MQTT 5.0 §2.1.1); the maximum packet size counts them. */
const FIXED_HEADER = 5
/** What the broker may send before it is acknowledged (MQTT 5 only). */
const RECEIVE_MAXIMUM = 20

/**
 * How a player connects with mqtt.js: every default that is unsafe for an unattended device is set.
 *
 * @param version 5, or 4 for MQTT 3.1.1; nothing may depend on what only 5 has
 */
export function connectOptions(
  { username, password }: Credentials,
  version: 5 | 4,
  clientId: string,
  will: { readonly topic: string; readonly payload: string },
): IClientOptions {
  return {
    clientId,
    protocolVersion: version,
    // docs/decisions/0007: the broker keeps nothing of a player between connections.
    clean: true,
    keepalive: KEEPALIVE,
    connectTimeout: CONNECT_TIMEOUT,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The default one does not check whether an id is in use and loses messages beyond 65 535.
    messageIdProvider: new UniqueMessageIdProvider(),
    timerVariant: 'native',
    // A table of all 65 536 two-byte numbers, which costs 10 MB and gains nothing at a few messages a minute.
    writeCache: false,
    will: {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: 1,
      retain: true,
      ...(version === 5 && { properties: { willDelayInterval: WILL_DELAY } }),
    },
    ...(version === 5 && {
      properties: {
        sessionExpiryInterval: 0,
        receiveMaximum: RECEIVE_MAXIMUM,
        maximumPacketSize: LARGEST_PACKET + FIXED_HEADER,
      },
    }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
}
