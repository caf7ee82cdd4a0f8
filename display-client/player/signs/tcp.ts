import { connect } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Wire, WireEvents } from './wire.ts'

/** How long a sign may take to accept a connection, and to take its last bytes, ms. */
const CONNECT = 10_000
const LAST_BYTES = 1_000

/** Opens a connection over the network. */
export function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  clock: Clock,
  events: WireEvents,
  signal: AbortSignal,
): Promise<Result<Wire, string>> {
  return new Promise((done) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
    const unreachable = (why: string): void => {
      socket.destroy()
      done(
        fail(
          `cannot be reached at tcp://${host}:${port} (${why}); check its power and network, and output.connection`,
        ),
      )
    }
    const cancel = clock.after(CONNECT, () => unreachable('no answer'))
    const onAbort = (): void => unreachable('given up')
    signal.addEventListener('abort', onAbort, { once: true })
    let failure = 'closed by the other side'
    let isOpen = false
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message
    })
    socket.on('close', () => {
      cancel()
      signal.removeEventListener('abort', onAbort)
      if (!isOpen) return unreachable(failure)
      isOpen = false
      events.onLost(`lost its connection (${failure}); check its power and network`)
    })
    socket.on('data', (bytes) => events.onData(bytes))
    socket.on('connect', () => {
      cancel()
      signal.removeEventListener('abort', onAbort)
      isOpen = true
      const write = (bytes: Uint8Array): Promise<void> =>
        // What fails is said by `close`.
        new Promise((written) => socket.write(bytes, () => written()))
      const close = (): Promise<void> => {
        if (!isOpen) return Promise.resolve()
        isOpen = false
        return new Promise((closed) => {
          const cancelWait = clock.after(LAST_BYTES, () => socket.destroy())
          socket.once('close', () => {
            cancelWait()
            closed()
          })
          socket.end(() => socket.destroy())
        })
      }
      done(ok({ write, close }))
    })
  })
}
