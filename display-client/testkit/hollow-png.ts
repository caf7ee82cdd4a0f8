import { crc32, deflateSync } from 'node:zlib'

/**
 * A black and white PNG of so many pixels each way, all of them nothing: a few kilobytes, whatever a decoder makes of it.
 *
 * @param most bytes of pixels that are there, before they are compressed; else as many as it says it has
 */
export function hollowPng(side: number, most = Number.POSITIVE_INFINITY): Buffer {
  const bytes = Math.min((Math.ceil(side / 8) + 1) * side, most)
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
