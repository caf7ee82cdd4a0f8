/**
 * Reads along with the bytes of a broker before mqtt.js gets them, and bounds what a packet can cost.
 *
 * MQTT 3.1.1 has no way to tell a broker how much is too much, and mqtt-packet collects a packet of any length (up to
 * 256 MB, MQTT 3.1.1 §2.2.3) before it looks at it.
 */

/**
 * Bytes after the fixed header. A photo may have 8 MB, an alert 128 KiB; what is longer is nothing of ours. Told to the
 * broker where MQTT 5 has a word for it.
 */
export const LARGEST_PACKET = 8 * 1024 * 1024

/** A packet that no broker may send to a player. */
export class PacketFault extends Error {
  readonly code = 'PACKET_FAULT'
}

const PUBLISH = 3
/** MQTT 5.0 §1.5.5: four bytes of seven bits at most. */
const LONGEST_LENGTH = 4

/**
 * The state of one inbound stream of MQTT packets.
 *
 * A PUBLISH that is too long is passed on cut short: so it is acknowledged, refused by name for its size (no signature
 * and no digest can hold) and done with. Ending the connection instead would let one retained giant keep a player away for
 * ever, because the broker sends it again after each subscription.
 */
export class PacketGuard {
  readonly #largest: number
  /** Of a fixed header that is not complete yet. */
  #header: number[] = []
  /** Bytes of the packet's body to pass on. */
  #pass = 0
  /** Bytes of the packet's body to leave out. */
  #drop = 0

  constructor(largest: number = LARGEST_PACKET) {
    this.#largest = largest
  }

  /**
   * What mqtt.js is to get of `chunk`, in order.
   *
   * @throws PacketFault when the connection is of no use
   */
  read(chunk: Uint8Array): readonly Uint8Array[] {
    const parts: Uint8Array[] = []
    // Of `chunk`, the end of what is in `parts` already; what follows it up to `at` is to be passed on unchanged.
    let done = 0
    let at = 0
    const flush = (): void => {
      if (at > done) parts.push(chunk.subarray(done, at))
      done = at
    }
    while (at < chunk.length) {
      if (this.#pass > 0) {
        const size = Math.min(this.#pass, chunk.length - at)
        this.#pass -= size
        at += size
      } else if (this.#drop > 0) {
        flush()
        const size = Math.min(this.#drop, chunk.length - at)
        this.#drop -= size
        at += size
        done = at
      } else {
        if (this.#header.length === 0) flush()
        this.#header.push(chunk[at] ?? 0)
        at += 1
        const header = this.#readHeader()
        if (header === undefined) {
          done = at
          continue
        }
        parts.push(header)
        done = at
      }
    }
    flush()
    return parts
  }

  /** The fixed header to pass on, as soon as it is complete. */
  #readHeader(): Uint8Array | undefined {
    const [first = 0, ...digits] = this.#header
    const last = digits.at(-1)
    if (last === undefined) return undefined
    if (last >= 0x80) {
      if (digits.length < LONGEST_LENGTH) return undefined
      throw new PacketFault('a packet without a length')
    }
    const length = digits.reduce((sum, digit, index) => sum + (digit & 0x7f) * 128 ** index, 0)
    this.#header = []
    this.#check(first, length)
    this.#pass = Math.min(length, this.#largest)
    this.#drop = length - this.#pass
    return Uint8Array.from([first, ...(this.#drop === 0 ? digits : encodeLength(this.#pass))])
  }

  #check(first: number, length: number): void {
    const isPublish = first >> 4 === PUBLISH
    // Every subscription asks for 1: mqtt.js would keep the whole message until a release that may never come.
    if (isPublish && (first & 0b0110) > 0b0010)
      throw new PacketFault('a message of QoS 2, which nobody asked for')
    if (!isPublish && length > this.#largest) throw new PacketFault(`a packet of ${length} bytes`)
  }
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
