import { once } from 'node:events'
import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { connectAsync } from 'mqtt'
import { WebSocketServer } from 'ws'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'

/**
 * The least that anybody pays on this machine: the same way of transport with nothing of Kijkuit on it. Every figure of
 * ours is printed beside one of these, from the same run.
 */

const PAGE = `<!doctype html><title>floor</title><p id="text">-</p><script>
const socket = new WebSocket('ws://' + location.host)
const text = document.getElementById('text')
socket.onmessage = ({ data }) => {
  text.textContent = data
  requestAnimationFrame(() => {
    requestAnimationFrame((frame) => socket.send(JSON.stringify({ data, ago: performance.now() - frame })))
  })
}
</script>`

/**
 * A bare page of one line: WebSocket message sent to acknowledgement from the frame after the one that painted it.
 *
 * @param rounds how many messages, at irregular moments so that they fall anywhere in a frame
 * @returns ms, one for each message
 */
export async function bareWebSocketToPaint(rounds: number): Promise<number[]> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE))
  const sockets = new WebSocketServer({ server })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server has an address with a port')
  const browser = await startChromium()
  try {
    const page = await browser.page({ width: 1920, height: 1080 })
    const connected = once(sockets, 'connection')
    await page.goto(`http://127.0.0.1:${address.port}/`)
    const [socket] = await connected
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const sent = performance.now()
      const answered = once(socket, 'message')
      socket.send(`message ${round}`)
      const [answer] = await answered
      times.push(performance.now() - sent - JSON.parse(String(answer)).ago)
      await irregularPause(round)
    }
    return times
  } finally {
    await browser.dispose()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    server.close()
    await once(server, 'close')
  }
}

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

/** 40 to 90 ms in a fixed, uneven order: the rounds meet the display's tick at every phase, and runs stay comparable. */
export function irregularPause(round: number): Promise<void> {
  return delay(40 + ((round * 37) % 51))
}
