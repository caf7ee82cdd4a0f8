import { SerialPortStream } from '@serialport/stream'
import type { Clock } from '../../base/clock.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { SerialLine } from '../../paint/signs/sign-protocol.ts'
import type { Wire, WireEvents } from './wire.ts'

/** How long a line may take for its last bytes, ms: a picture of 96x16 dots takes 0.8 s at 4800 baud. */
const LAST_BYTES = 2_000

/** Opens a serial line of this machine, for us alone. */
export async function openSerial(
  path: string,
  { baud, dataBits, parity, stopBits }: SerialLine,
  clock: Clock,
  events: WireEvents,
  signal: AbortSignal,
): Promise<Result<Wire, string>> {
  // Native code, which only a player with a serial sign needs.
  const { autoDetect } = await import('@serialport/bindings-cpp')
  const port = new SerialPortStream({
    ...{ binding: autoDetect(), path, baudRate: baud, dataBits, parity, stopBits },
    autoOpen: false,
  })
  const failure = await new Promise<Error | null>((opened) => port.open(opened))
  if (failure !== null)
    return fail(`cannot be opened at ${path} (${failure.message.replace(/^Error: /, '')}); ${FIX}`)
  let isOpen = true
  const shut = (): Promise<void> =>
    new Promise((closed) => {
      isOpen = false
      if (port.isOpen) port.close(() => closed())
      else closed()
    })
  const lost = (why: string): void => {
    if (!isOpen) return
    void shut()
    events.onLost(`lost its serial line ${path} (${why}); ${FIX}`)
  }
  port.on('data', (bytes: Buffer) => events.onData(bytes))
  port.on('error', (error: Error) => lost(error.message))
  port.on('close', () => lost('unplugged'))
  if (signal.aborted) {
    await shut()
    return fail('given up')
  }
  let last: Promise<void> = Promise.resolve()
  return ok({
    write: (bytes) => {
      last = new Promise((written) => {
        port.write(Buffer.from(bytes), () => (port.isOpen ? port.drain(() => written()) : written()))
      })
      return last
    },
    close: async () => {
      let cancel = (): void => {}
      const patience = new Promise<void>((done) => {
        cancel = clock.after(LAST_BYTES, done)
      })
      await Promise.race([last, patience])
      cancel()
      await shut()
    },
  })
}

const FIX =
  'check its cable, that the user of the player may use the device (group dialout), and that no other program has it'
