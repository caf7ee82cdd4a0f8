import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PacketFault, PacketGuard } from './packet-guard.ts'

/** MQTT 5.0 §1.5.5. */
function lengthOf(size: number): number[] {
  const digits: number[] = []
  for (let rest = size; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...digits, rest]
    digits.push((rest % 128) | 0x80)
  }
}

const packet = (first: number, size: number): Buffer =>
  Buffer.concat([Buffer.from([first, ...lengthOf(size)]), Buffer.alloc(size, size % 251)])

/** What comes out, when the bytes come in pieces of `piece`. */
function through(guard: PacketGuard, bytes: Uint8Array, piece = bytes.length): Buffer {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += piece) parts.push(...guard.read(bytes.subarray(at, at + piece)))
  return Buffer.concat(parts)
}

const PUBLISH = 0x32

describe('the guard on packets', () => {
  test('changes nothing of packets that are short enough, however they are cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ first: fc.constantFrom(0x30, 0x32, 0x40, 0x90, 0xd0), size: fc.nat(400) }), {
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 50 }),
        (packets, piece) => {
          const bytes = Buffer.concat(packets.map(({ first, size }) => packet(first, size)))
          expect(through(new PacketGuard(400), bytes, piece)).toEqual(bytes)
        },
      ),
    )
  })

  test('cuts a message that is too long, to the byte, and finds the packets behind it', () => {
    const bytes = Buffer.concat([
      packet(PUBLISH, 100),
      packet(PUBLISH, 70_000),
      packet(0xd0, 0),
      packet(PUBLISH, 5),
    ])
    const expected = Buffer.concat([
      packet(PUBLISH, 100),
      Buffer.from([PUBLISH, ...lengthOf(300)]),
      Buffer.alloc(300, 70_000 % 251),
      packet(0xd0, 0),
      packet(PUBLISH, 5),
    ])
    for (const piece of [1, 2, 3, 7, 100, 301, 65_536, bytes.length])
      expect(through(new PacketGuard(300), bytes, piece)).toEqual(expected)
  })

  test('lets pass exactly as much as is allowed', () => {
    expect(through(new PacketGuard(300), packet(PUBLISH, 300))).toEqual(packet(PUBLISH, 300))
    expect(through(new PacketGuard(300), packet(PUBLISH, 301))).toHaveLength(3 + 300)
  })

  test.each([
    ['a length of more than four bytes', [PUBLISH, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['QoS 2', [0x34, 0]],
    ['QoS 3', [0x36, 0]],
    ['an acknowledgement that is too long', [0x40, ...lengthOf(301)]],
  ])('refuses %s', (_, bytes) => {
    for (const piece of [1, 2, 100])
      expect(() => through(new PacketGuard(300), Uint8Array.from(bytes), piece)).toThrow(PacketFault)
  })
})
