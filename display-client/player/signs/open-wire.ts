import type { Clock } from '../../base/clock.ts'
import type { SerialLine } from '../../paint/signs/sign-protocol.ts'
import type { SignAddress } from '../../panel/output-profile.ts'
import { openTcp } from './tcp.ts'
import type { OpenWire } from './wire.ts'

/** How a sign is reached. @param line how its serial line is set, if it has one */
export function wireTo(address: SignAddress, line: SerialLine, clock: Clock): OpenWire {
  if (address.type === 'tcp') return (events, signal) => openTcp(address, clock, events, signal)
  return async (events, signal) => {
    // What few players need and none should pay for: a library, and native code.
    const { openSerial } = await import('./serial.ts')
    return openSerial(address.path, line, clock, events, signal)
  }
}
