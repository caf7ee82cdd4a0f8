import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Disposable } from '../base/disposal.ts'

/** What a {@link ScriptedBroker} does otherwise than a good broker. */
export interface Script {
  /** Else a free one. */
  readonly port?: number
  /** Answers a CONNECT with these bytes instead, and hangs up. @param version 5 or 4 */
  readonly refuse?: (version: number) => readonly number[]
  /** Does not speak this version. */
  readonly refuseVersion?: number
  /** Does not even bring a client its own health back. */
  readonly withhold?: true
}

/** A broker of which the test writes every byte: for what no real broker can be made to do. */
export interface ScriptedBroker extends Disposable {
  readonly url: string
  /** MQTT versions of the CONNECTs so far. */
  readonly connects: readonly number[]
  /** Packet ids that clients have acknowledged. */
  readonly acknowledged: readonly number[]
  /** Writes bytes to every client. @returns when the last of them was taken */
  write(bytes: Uint8Array): Promise<void>
  /** Delivers a message with QoS 1. @param payload or its size in bytes, which are then written piece by piece */
  deliver(topic: string, payload: Uint8Array | number, packetId: number): Promise<void>
  dispose(): Promise<void>
}

interface Client {
  readonly socket: Socket
  version: number
}

export async function startScriptedBroker(script: Script = {}): Promise<ScriptedBroker> {
  const clients = new Set<Client>()
  const connects: number[] = []
  const acknowledged: number[] = []

  /** One packet of a client, MQTT 5.0 §2.1. */
  const answer = (client: Client, first: number, body: Buffer): void => {
    const { socket } = client
    const isFive = client.version === 5
    const type = first >> 4
    const id = [...body.subarray(0, 2)]
    if (type === 1) {
      client.version = body[6] ?? 0
      connects.push(client.version)
      if (client.version === script.refuseVersion) socket.end(Buffer.from([0x20, 2, 0, 1]))
      else if (script.refuse) socket.end(Buffer.from(script.refuse(client.version)))
      else socket.write(Buffer.from(client.version === 5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]))
    } else if (type === 3) {
      const at = 2 + body.readUInt16BE(0)
      if ((first & 0b110) > 0) socket.write(Buffer.from([0x40, 2, body[at] ?? 0, body[at + 1] ?? 0]))
      const isHealth = body.subarray(2, at).toString().endsWith('/health')
      if (isHealth && !script.withhold)
        socket.write(packet(first & 0xf0, withoutId(body, at, (first & 0b110) > 0)))
    } else if (type === 4) acknowledged.push(body.readUInt16BE(0))
    else if (type === 8) {
      const from = isFive ? 3 : 2
      let filters = 0
      for (let at = from; at < body.length; at += 3 + body.readUInt16BE(at)) filters += 1
      socket.write(packet(0x90, Buffer.from([...id, ...(isFive ? [0] : []), ...Array(filters).fill(1)])))
    } else if (type === 10) socket.write(packet(0xb0, Buffer.from([...id, ...(isFive ? [0, 0] : [])])))
    else if (type === 12) socket.write(Buffer.from([0xd0, 0]))
  }

  const server = createServer((socket) => {
    const client: Client = { socket, version: 0 }
    clients.add(client)
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => clients.delete(client))
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data])
      for (let whole = firstPacket(rest); whole !== undefined; whole = firstPacket(rest)) {
        rest = rest.subarray(whole.end)
        answer(client, whole.first, whole.body)
      }
    })
  })
  server.listen(script.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server has an address with a port')

  const write = async (bytes: Uint8Array): Promise<void> => {
    await Promise.all(
      [...clients].map(async ({ socket }) => {
        if (socket.write(bytes) || socket.destroyed) return
        await new Promise<void>((resolve) => {
          const done = (): void => {
            socket.off('drain', done).off('close', done)
            resolve()
          }
          socket.on('drain', done).on('close', done)
        })
      }),
    )
  }
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    connects,
    acknowledged,
    write,
    async deliver(topic, payload, packetId) {
      const size = typeof payload === 'number' ? payload : payload.length
      const name = Buffer.from(topic)
      const isFive = [...clients].some(({ version }) => version === 5)
      const head = Buffer.concat([
        Buffer.from([name.length >> 8, name.length & 0xff]),
        name,
        Buffer.from([packetId >> 8, packetId & 0xff, ...(isFive ? [0] : [])]),
      ])
      await write(Buffer.from([0x32, ...encodeLength(head.length + size)]))
      await write(head)
      if (typeof payload !== 'number') return write(payload)
      const piece = Buffer.alloc(256 * 1024, 0x78)
      for (let left = size; left > 0; left -= piece.length) await write(piece.subarray(0, left))
    },
    async dispose() {
      for (const { socket } of clients) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** A whole packet. */
function packet(first: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([first, ...encodeLength(body.length)]), body])
}

/** The body of a PUBLISH as it is with QoS 0. @param at where the packet id would stand */
function withoutId(body: Buffer, at: number, hasId: boolean): Buffer {
  return hasId ? Buffer.concat([body.subarray(0, at), body.subarray(at + 2)]) : body
}

function firstPacket(bytes: Buffer): { first: number; body: Buffer; end: number } | undefined {
  let length = 0
  for (let at = 1; at < bytes.length && at <= 4; at += 1) {
    const digit = bytes[at] ?? 0
    length += (digit & 0x7f) * 128 ** (at - 1)
    if (digit >= 0x80) continue
    const end = at + 1 + length
    return end <= bytes.length ? { first: bytes[0] ?? 0, body: bytes.subarray(at + 1, end), end } : undefined
  }
  return undefined
}

/** MQTT 5.0 §1.5.5. */
function encodeLength(length: number): readonly number[] {
  const digits: number[] = []
  let rest = length
  do {
    const more = Math.floor(rest / 128)
    digits.push((rest % 128) | (more > 0 ? 0x80 : 0))
    rest = more
  } while (rest > 0)
  return digits
}
