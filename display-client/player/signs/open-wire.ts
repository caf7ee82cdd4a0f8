import type { Clock } from '../../base/clock.ts'
import type { SerialLine } from '../../paint/signs/sign-protocol.ts'
import type { SignAddress } from '../../panel/output-profile.ts'
import { openSerial } from './serial.ts'
import { openTcp } from './tcp.ts'
import type { OpenWire } from './wire.ts'

/** How a sign is reached. @param line how its serial line is set, if it has one */
export function wireTo(address: SignAddress, line: SerialLine, clock: Clock): OpenWire {
  return address.type === 'serial'
    ? (events, signal) => openSerial(address.path, line, clock, events, signal)
    : (events, signal) => openTcp(address, clock, events, signal)
}
