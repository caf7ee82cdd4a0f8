import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Disposable } from '../base/disposal.ts'

/** Stands between a client and a server and does to their connections what networks do. Loopback only. */
export interface FaultProxy extends Disposable {
  readonly port: number
  /** Connections that came in so far. */
  readonly accepted: number
  /** Connections that are open now. */
  readonly open: number
  /** ms by which everything is late from now on, in both directions. */
  delay(milliseconds: number): void
  /** The cable is out: nothing passes any more, and neither side is told; also on connections to come. */
  freeze(): void
  /** The cable is in: connections to come are as good as new. Those that were frozen stay as they are. */
  thaw(): void
  /** Cuts every connection with a TCP reset. */
  reset(): void
  /** From now on every connection is cut as soon as it has brought `bytes` from the server; undefined = no more. */
  dropAfter(bytes: number | undefined): void
  dispose(): Promise<void>
}

/** One connection through the proxy. */
interface Pair {
  readonly client: Socket
  readonly server: Socket
  frozen: boolean
}

/**
 * Starts a proxy on a free port.
 *
 * @param target port of the server, on loopback
 */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  const timers = new Set<NodeJS.Timeout>()
  let late = 0
  let frozen = false
  let budget: number | undefined
  let accepted = 0

  const later = (callback: () => void): void => {
    if (late === 0) {
      callback()
      return
    }
    const timer = setTimeout(() => {
      timers.delete(timer)
      callback()
    }, late)
    timers.add(timer)
  }

  const cut = (pair: Pair): void => {
    pairs.delete(pair)
    pair.client.resetAndDestroy()
    pair.server.resetAndDestroy()
  }

  const listener = createServer((client) => {
    accepted += 1
    const server = connect(target, '127.0.0.1')
    const pair: Pair = { client, server, frozen }
    pairs.add(pair)
    let brought = 0
    const forward = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => {
        if (pair.frozen) return
        if (from === server) brought += chunk.length
        const isOver = from === server && budget !== undefined && brought > budget
        later(() => {
          if (pair.frozen) return
          if (isOver) cut(pair)
          else if (!to.destroyed) to.write(chunk)
        })
      })
      // A frozen side learns nothing of the end of the other.
      from.on('end', () => later(() => pair.frozen || to.end()))
      from.on('error', () => later(() => pair.frozen || to.destroy()))
      from.on('close', () => {
        if (pair.frozen) return
        to.destroy()
        pairs.delete(pair)
      })
    }
    forward(client, server)
    forward(server, client)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server has an address with a port')

  return {
    port: address.port,
    get accepted() {
      return accepted
    },
    get open() {
      return [...pairs].filter(({ client }) => !client.destroyed).length
    },
    delay(milliseconds) {
      late = milliseconds
    },
    freeze() {
      frozen = true
      for (const pair of pairs) pair.frozen = true
    },
    thaw() {
      frozen = false
    },
    reset() {
      for (const pair of [...pairs]) cut(pair)
    },
    dropAfter(bytes) {
      budget = bytes
    },
    async dispose() {
      for (const timer of timers) clearTimeout(timer)
      for (const { client, server } of pairs) {
        client.destroy()
        server.destroy()
      }
      pairs.clear()
      if (!listener.listening) return
      listener.close()
      await once(listener, 'close')
    },
  }
}
