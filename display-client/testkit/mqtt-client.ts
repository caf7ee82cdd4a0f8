import { connectAsync, type MqttClient } from 'mqtt'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import type { Disposable } from '../base/disposal.ts'
import { alertTopic } from '../player/topics.ts'
import { sealed } from './keys.ts'

/** A client of a broker that a test holds. It is lost with its connection: nothing brings it back. */
export type TestClient = MqttClient & Disposable

/** @param version 4 = MQTT 3.1.1, the only one that Aedes speaks */
export async function connectClient(url: string, version: 4 | 5 = 4): Promise<TestClient> {
  const client = await connectAsync(url, { protocolVersion: version, reconnectPeriod: 0 })
  // A broker may be killed under it; what that does to a message is known from the promise of that message.
  client.on('error', () => {})
  // What is on its way goes out before the end, unless there is nobody who could take it.
  return Object.assign(client, { dispose: () => client.endAsync(!client.connected) })
}

/** Publishes an alert to the area `nl` as an issuer does: signed, and retained until the broker is told otherwise. */
export async function publishAlert(client: MqttClient, alert: Alert, key: NewKey): Promise<void> {
  const topic = alertTopic('nl', alert.incident)
  await client.publishAsync(topic, Buffer.from(sealed(alert, key)), { qos: 1, retain: true })
}

/** Subscribes. @returns the text of each message, from now on */
export async function listen(client: MqttClient, filter: string): Promise<readonly string[]> {
  const messages: string[] = []
  client.on('message', (_, payload) => messages.push(payload.toString()))
  await client.subscribeAsync(filter, { qos: 1 })
  return messages
}
