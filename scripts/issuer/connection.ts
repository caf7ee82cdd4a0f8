import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { Disposable } from '../../display-client/base/disposal.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import { CLOSED, type Disconnection, disconnection } from '../../display-client/player/disconnection.ts'
import type { TlsTexts } from '../../display-client/player/tls-files.ts'

/** A broker as an issuer knows it. */
export interface IssuerBroker extends TlsTexts {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string
  readonly username?: string
  readonly password?: string
}

/** ms */
const PATIENCE = 8_000
/** ms: a retained message follows the SUBACK at once, where there is one. */
const RETAINED_WITHIN = 2_000

/** A connection that publishes. MQTT 5 where the broker speaks it, else 3.1.1. */
export class IssuerConnection implements Disposable {
  readonly #client: MqttClient
  readonly #version: 4 | 5

  constructor(client: MqttClient, version: 4 | 5) {
    this.#client = client
    this.#version = version
  }

  /**
   * Publishes with QoS 1.
   *
   * @param retain whether the broker keeps it for who comes later
   * @param expires ms since 1970, after which the broker may forget it (MQTT 5.0 §3.3.2.3.3); undefined: never
   * @param now ms since 1970
   * @returns the broker has it; or why not, in words
   */
  async publish(
    topic: string,
    payload: Uint8Array,
    expires: number | undefined,
    now: number,
    retain = true,
  ): Promise<Result<void, string>> {
    if (expires === undefined || this.#version === 4)
      return this.#send(topic, Buffer.from(payload), undefined, retain)
    const messageExpiryInterval = Math.max(1, Math.ceil((expires - now) / 1000))
    return this.#send(topic, Buffer.from(payload), { messageExpiryInterval }, retain)
  }

  /** Makes the broker forget what it retains on `topic` (MQTT 5.0 §3.3.1.3). */
  clear(topic: string): Promise<Result<void, string>> {
    return this.#send(topic, Buffer.alloc(0), undefined, true)
  }

  /** What the broker retains on `topic`; undefined when nothing. */
  async retained(topic: string): Promise<Buffer | undefined> {
    const client = this.#client
    let stop = (): void => {}
    const message = new Promise<Buffer | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), RETAINED_WITHIN)
      const onMessage = (at: string, payload: Buffer): void => {
        if (at === topic) resolve(payload)
      }
      client.on('message', onMessage)
      stop = () => {
        clearTimeout(timer)
        client.off('message', onMessage)
      }
    })
    try {
      await client.subscribeAsync(topic, { qos: 1 })
      return await message
    } finally {
      stop()
      await client.unsubscribeAsync(topic).catch(() => {})
    }
  }

  async dispose(): Promise<void> {
    await this.#client.endAsync().catch(() => {})
  }

  async #send(
    topic: string,
    payload: Buffer,
    properties: { messageExpiryInterval: number } | undefined,
    retain: boolean,
  ): Promise<Result<void, string>> {
    try {
      await this.#client.publishAsync(topic, payload, {
        qos: 1,
        retain,
        ...(properties && { properties }),
      })
      return ok(undefined)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 135) return fail(`the broker does not allow this user to publish on ${topic}`)
      return fail(error instanceof Error ? disconnection(error).reason : String(error))
    }
  }
}

/** Connects; or says in words why not. */
export async function connectIssuer(broker: IssuerBroker): Promise<Result<IssuerConnection, string>> {
  const five = await attempt(broker, 5)
  if (five.ok || five.failure.version === undefined) return worded(five)
  return worded(await attempt(broker, 4))
}

function worded(result: Result<IssuerConnection, Disconnection>): Result<IssuerConnection, string> {
  return result.ok ? result : fail(result.failure.reason)
}

function attempt(broker: IssuerBroker, version: 4 | 5): Promise<Result<IssuerConnection, Disconnection>> {
  const { url, ...login } = broker
  const { protocol, hostname, port } = new URL(url)
  const options: IClientOptions = {
    // Not the address as it is: mqtt.js would read it with url.parse, of which Node warns.
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port: Number(port) }),
    protocolVersion: version,
    clean: true,
    connectTimeout: PATIENCE,
    reconnectPeriod: 0,
    queueQoSZero: false,
    ...login,
  }
  return new Promise((resolve) => {
    const client = connect(options)
    let failure = CLOSED
    const lost = (): void => {
      client.end(true)
      resolve(fail(failure))
    }
    client.on('error', (error) => {
      failure = disconnection(error)
      lost()
    })
    client.once('close', lost)
    client.once('connect', () => {
      client.off('close', lost)
      resolve(ok(new IssuerConnection(client, version)))
    })
  })
}
