import type { MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import { LEAST_DWELL, LONGEST_SILENCE } from '../../display-client/player/protocol.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import type { TestBrowser } from '../../display-client/testkit/chromium.ts'
import type { Child } from './child.ts'

const VIEWPORT = { width: 1920, height: 1080 }
const clock = systemClock()

/** Opens a page as large as the panel, on which pages of alerts turn as soon as they may. */
export async function open(browser: TestBrowser, url: string): Promise<Page> {
  const page = await browser.page(VIEWPORT)
  // What pages stay for is what reading takes; here nobody reads, and a page turns as soon as the limiter lets it. Its
  // connection it gives up no sooner than ever: it would be making another just when a page has turned.
  await page.addInitScript({
    content: `const wait = setTimeout
      globalThis.setTimeout = (callback, time = 0) =>
        wait(callback, time === ${LONGEST_SILENCE} ? time : Math.min(time, ${LEAST_DWELL.screen}))`,
  })
  await page.goto(url, { waitUntil: 'load' })
  return page
}

/** Sends bytes that mean nothing, to a page of {@link file://./relay.ts}. */
export class Bare {
  readonly #client: MqttClient
  readonly #relay: Child
  readonly #topic: string
  /** Shows what was sent last. */
  readonly page: Page
  #count = 0

  private constructor(client: MqttClient, relay: Child, topic: string, page: Page) {
    this.page = page
    this.#client = client
    this.#relay = relay
    this.#topic = topic
  }

  /** @param topic on which the relay listens */
  static async open(client: MqttClient, browser: TestBrowser, relay: Child, topic: string): Promise<Bare> {
    const { url } = await relay.said((said) => said['url'] !== undefined)
    return new Bare(client, relay, topic, await open(browser, String(url)))
  }

  /** @returns ms to the painted frame */
  async send(size: number): Promise<number> {
    this.#count += 1
    const count = this.#count
    const payload = Buffer.alloc(size, 0x20)
    const at = clock.now()
    await this.#client.publishAsync(this.#topic, payload, { qos: 1, retain: true })
    const painted = await this.#relay.said((said) => said['count'] === count)
    return Number(painted['at']) - at
  }
}
