import { type IClientOptions, UniqueMessageIdProvider } from 'mqtt'
import type { Broker } from './config.ts'

/** s between pings; mqtt.js gives a silent broker up after 1.5 times that. */
const KEEPALIVE = 20
/** ms for CONNACK. */
const CONNECT_TIMEOUT = 8_000
/** The broker waits this long before it tells the world that the player is lost (MQTT 5 only). s */
const WILL_DELAY = 10
/** Bytes. Far above any legal alert or photo: those are refused by name, this only bounds memory (MQTT 5 only). */
const LARGEST_PACKET = 8 * 1024 * 1024
/** What the broker may send before it is acknowledged (MQTT 5 only). */
const RECEIVE_MAXIMUM = 20

/**
 * How a player connects with mqtt.js: every default that is unsafe for an unattended device is set.
 *
 * @param version 5, or 4 for MQTT 3.1.1; nothing may depend on what only 5 has
 */
export function connectOptions(
  broker: Broker,
  version: 5 | 4,
  clientId: string,
  will: { readonly topic: string; readonly payload: string },
): IClientOptions {
  const { username, password, ca, cert, key } = broker
  return {
    clientId,
    protocolVersion: version,
    clean: true,
    keepalive: KEEPALIVE,
    connectTimeout: CONNECT_TIMEOUT,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The default one does not check whether an id is in use and loses messages beyond 65 535.
    messageIdProvider: new UniqueMessageIdProvider(),
    timerVariant: 'native',
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
        maximumPacketSize: LARGEST_PACKET,
      },
    }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}
