import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { Disposable } from '../../display-client/base/disposal.ts'

/** A broker that runs until it is disposed of. */
export interface StartedBroker extends Disposable {
  /** `mqtt://127.0.0.1:<port>` */
  readonly url: string
  dispose(): Promise<void>
}

/**
 * Starts Aedes in this process, on loopback. It speaks MQTT 3.1.1 only and asks nobody who they are: for the demo and for
 * tests.
 *
 * @param port a free one when 0
 */
export async function startEmbeddedBroker(port = 0): Promise<StartedBroker> {
  // One stuck client holds up all others for this long; the default is a minute.
  const broker = await Aedes.createBroker({ drainTimeout: 5_000 })
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server has an address with a port')
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    dispose: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await closed
    },
  }
}
