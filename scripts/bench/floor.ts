import { performance } from 'node:perf_hooks'
import { connectAsync } from 'mqtt'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'

/**
 * The least that anybody pays on this machine: the same way of transport with nothing of Kijkuit on it. Every figure of
 * ours is printed beside one of these, from the same run.
 */

/** Bare MQTT: publish (QoS 1) in one client to delivery in another, through the broker of the demo. ms */
export async function bareMqttDelivery(rounds: number, bytes: number): Promise<number[]> {
  const broker = await startEmbeddedBroker()
  const publisher = await connectAsync(broker.url, { protocolVersion: 4 })
  const subscriber = await connectAsync(broker.url, { protocolVersion: 4 })
  try {
    await subscriber.subscribeAsync('floor', { qos: 1 })
    const payload = Buffer.alloc(bytes, 0x20)
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const sent = performance.now()
      const delivered = new Promise((resolve) => subscriber.once('message', resolve))
      await publisher.publishAsync('floor', payload, { qos: 1 })
      await delivered
      times.push(performance.now() - sent)
    }
    return times
  } finally {
    await publisher.endAsync(true)
    await subscriber.endAsync(true)
    await broker.dispose()
  }
}
