import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { Credentials } from './credentials.ts'
import type { Lookup } from './name-lookup.ts'
import { PacketGuard } from './packet-guard.ts'

/** The bytes between a player and a broker: TCP or TLS below, what a packet may cost bounded. For mqtt.js. */
export class BrokerStream extends Duplex {
  readonly #socket: Socket
  readonly #guard = new PacketGuard()

  private constructor(socket: Socket) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  /**
   * Starts to connect. Failures come as `error` events.
   *
   * @param url `mqtt://host:port` or `mqtts://host:port`
   */
  static open(url: string, credentials: Credentials, lookup: Lookup): BrokerStream {
    const { protocol, hostname, port } = new URL(url)
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const { ca, cert, key } = credentials
    const common = { host, lookup, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 }
    if (protocol === 'mqtt:') return new BrokerStream(connectTcp({ ...common, port: Number(port || 1883) }))
    return new BrokerStream(
      connectTls({
        ...common,
        port: Number(port || 8883),
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      }),
    )
  }

  /** Bytes that have come from the broker so far. */
  get received(): number {
    return this.#socket.bytesRead
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  #receive(chunk: Buffer): void {
    try {
      for (const part of this.#guard.read(chunk)) if (!this.push(part)) this.#socket.pause()
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
