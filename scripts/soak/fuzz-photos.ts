import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Media } from '../../display-client/alert/model.ts'
import { checkPhoto, PHOTO_FAULTS, PHOTO_LIMITS } from '../../display-client/paint/photo.ts'
import { hollowPng } from '../../display-client/testkit/hollow-png.ts'
import { babble, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const

/** A photo of that size, of each type. */
const SIZE = { width: 48, height: 64 }

/** Bytes: half a gigabyte of nothing would be the fuzzer's own bomb. */
const LARGEST_BOMB = 20_000_000

/** As the JPEG lies, which says that it is to be turned. */
const TURNED = { width: 64, height: 48 }

interface Picture {
  readonly kind: string
  readonly bytes: Buffer
  /** What the digest is of, when it is of something else. */
  readonly signed?: Buffer
  /** What it truly is. */
  readonly as?: Pick<Media, 'mimeType' | 'width' | 'height'>
}

/**
 * Photos whose digest was signed, and which are still not what they should be: a trusted issuer may hand on what it was
 * given. Whatever it is, it is refused by name or comes out as a small JPEG.
 */
export class PhotoTarget implements FuzzTarget {
  readonly name = 'photos'
  readonly counts = new Map<string, number>()
  readonly #good: readonly Buffer[]

  private constructor(good: readonly Buffer[]) {
    this.#good = good
  }

  static async open(): Promise<PhotoTarget> {
    const picture = sharp({
      create: {
        ...SIZE,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
    return new PhotoTarget(
      await Promise.all([
        picture.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
        picture.clone().png().toBuffer(),
        picture.clone().webp().toBuffer(),
      ]),
    )
  }

  async attack(dice: Dice): Promise<Attack> {
    const { kind, bytes, signed = bytes, as } = this.#picture(dice)
    const size = dice.pick([SIZE, SIZE, { width: 64, height: 48 }, { width: 20_000, height: 20_000 }])
    const sha256 = createHash('sha256').update(signed).digest('hex')
    const result = await checkPhoto(bytes, { sha256, ...(as ?? { mimeType: dice.pick(TYPES), ...size }) })
    count(this.counts, result.ok ? 'photo let through' : result.failure)
    const attack = { kind, input: bytes }
    if (!result.ok) {
      return Object.hasOwn(PHOTO_FAULTS, result.failure)
        ? attack
        : { ...attack, wrong: `was refused with ${result.failure}, which is no code` }
    }
    if (signed !== bytes) return { ...attack, wrong: 'was let through under the digest of something else' }
    const { format, width, height, exif } = await sharp(result.value.bytes).metadata()
    const isSmall = Math.max(width, height) <= PHOTO_LIMITS.servedSide
    if (format === 'jpeg' && isSmall && exif === undefined) return attack
    return { ...attack, wrong: `came out as ${format} of ${width}x${height}` }
  }

  async dispose(): Promise<void> {}

  #picture(dice: Dice): Picture {
    const made = dice.pick(MADE)
    const index = dice.below(this.#good.length)
    const one = this.#good[index] ?? Buffer.alloc(0)
    const as = { mimeType: TYPES[index] ?? 'image/jpeg', ...(index === 0 ? TURNED : SIZE) }
    if (dice.chance(0.1))
      return { kind: 'under another digest', bytes: one, signed: Buffer.from(babble(dice)), as }
    if (dice.chance(0.1)) return { kind: 'a good photo', bytes: one, as }
    if (dice.chance(0.4)) return { kind: made.kind, bytes: made.make(dice) }
    if (dice.chance(0.1)) return { kind: 'trailing bytes', bytes: Buffer.concat([one, dice.bytes(200)]), as }
    return { ...spoilt(one, dice), ...(dice.chance(0.5) && { as }) }
  }
}

const MADE: readonly { readonly kind: string; make(dice: Dice): Buffer }[] = [
  { kind: 'garbage', make: (dice) => dice.bytes(dice.below(600)) },
  { kind: 'nothing', make: () => Buffer.alloc(0) },
  {
    kind: 'SVG',
    make: () =>
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  },
  {
    kind: 'SVG behind a JPEG start',
    make: () => Buffer.from('\xff\xd8\xff<svg xmlns="http://www.w3.org/2000/svg"/>', 'latin1'),
  },
  { kind: 'PNG bomb', make: (dice) => hollowPng(dice.pick([8_000, 20_000, 60_000]), LARGEST_BOMB) },
  {
    kind: 'PNG with giant dimensions',
    make: (dice) => hollowPng(dice.pick([20_000, 65_535, 2 ** 31 - 1, 2 ** 32 - 1]), 10),
  },
  { kind: 'GIF bomb', make: () => gif() },
  { kind: 'too many bytes', make: () => Buffer.alloc(PHOTO_LIMITS.bytes + 1, 0xff) },
  {
    kind: 'JPEG of nothing but a start',
    make: () => Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  },
  { kind: 'WebP of giant dimensions', make: () => webp() },
]

/** Many frames of the largest size that a GIF can say, each of them nothing. */
function gif(): Buffer {
  const frame = Buffer.from('2c00000000ffffffff0002024c0100', 'hex')
  return Buffer.concat([
    Buffer.from('474946383961ffffffff800000000000ffffff', 'hex'),
    ...Array<Buffer>(2_000).fill(frame),
    Buffer.from(';'),
  ])
}

/** A VP8L header of 16383 pixels each way and nothing behind it. */
function webp(): Buffer {
  const body = Buffer.from('2fffffff0f00', 'hex')
  const head = Buffer.alloc(20)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(12 + body.length, 4)
  head.write('WEBPVP8L', 8, 'latin1')
  head.writeUInt32LE(body.length, 16)
  return Buffer.concat([head, body])
}
