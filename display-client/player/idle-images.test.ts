import { mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { IdleImages, MOST_IMAGES } from './idle-images.ts'

const held = new Disposables()
let folder: TemporaryFolder
let clock: TestClock
let lines: string[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  clock = new TestClock()
  lines = []
})
afterEach(() => held.dispose())

const picture = (width: number, height: number, colour = '#c00000') =>
  sharp({ create: { width, height, channels: 3, background: colour } })

function open(path = folder.path): IdleImages {
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  return held.add(
    new IdleImages({ folder: path, room: { width: 800, height: 600 }, clock, log, onChange: () => {} }),
  )
}

/** The disk tells of a change when it likes; the clock of the player goes on meanwhile. */
const eventually = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(
    async () => {
      clock.advance(600)
      await check()
    },
    { timeout: 10_000, interval: 20 },
  )

async function sizes(images: IdleImages): Promise<(string | undefined)[]> {
  return Promise.all(
    images.names.map(async (name) => {
      const file = await images.get(name)
      if (file === undefined) return undefined
      const { format, width, height } = await sharp(file.bytes).metadata()
      return `${format} ${width}x${height}`
    }),
  )
}

describe('the images of a folder', () => {
  test('come in the order of their names, as JPEGs no larger than the screen', async () => {
    await picture(400, 100).png().toFile(folder.join('10.png'))
    await picture(3_000, 3_000).jpeg().toFile(folder.join('2.jpg'))
    await picture(300, 200).webp().toFile(folder.join('1.webp'))
    await picture(200, 300).avif().toFile(folder.join('11.avif'))
    await picture(100, 100).gif().toFile(folder.join('12.GIF'))
    const images = open()
    await eventually(() => expect(images.names).toHaveLength(5))
    expect(await sizes(images)).toEqual(
      ['300x200', '600x600', '400x100', '200x300', '100x100'].map((size) => `jpeg ${size}`),
    )
    expect(images.faults).toEqual([])
  })

  test('follow what is put in, changed and taken out', async () => {
    const images = open()
    await eventually(() => expect(images.faults).toHaveLength(1))
    await picture(10, 10).png().toFile(folder.join('a.png'))
    await eventually(() => expect(images.names).toHaveLength(1))
    const [before] = images.names
    await picture(20, 20).png().toFile(folder.join('a.png'))
    await eventually(async () => expect(await sizes(images)).toEqual(['jpeg 20x20']))
    // Under another name: a browser keeps what it has.
    expect(images.names).not.toEqual([before])
    expect(await images.get(before ?? '')).toBe(undefined)
    await rm(folder.join('a.png'))
    await eventually(() => expect(images.names).toEqual([]))
  })

  test('leave out what is no picture, whatever it is called, and say so with the fix', async () => {
    await writeFile(
      folder.join('a.png'),
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
    )
    const half = (await picture(400, 400).png().toBuffer()).subarray(0, 60)
    await writeFile(folder.join('b.png'), half)
    await writeFile(folder.join('c.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(folder.join('d.png'), '')
    await truncate(folder.join('d.png'), 20_000_001)
    await mkdir(folder.join('e.png'))
    await picture(10, 10).png().toFile(folder.join('f.png'))
    const images = open()
    await eventually(() => expect(images.names).toHaveLength(3))
    expect(await sizes(images)).toEqual([undefined, undefined, 'jpeg 10x10'])
    expect(images.faults.toSorted()).toEqual([
      `${folder.join('a.png')} is left out: it is no JPEG, PNG, WebP, AVIF or GIF, whatever its name says; export it as one of these`,
      `${folder.join('b.png')} is left out: it cannot be decoded, or has more than 50 megapixels; export it anew`,
      `${folder.join('d.png')} is left out: it is larger than 20 MB; export a smaller one`,
    ])
    for (const name of ['../f.png', 'f.png', '', 'x'.repeat(10_000)])
      expect(await images.get(name)).toBe(undefined)
  })

  test('with more pixels than memory has room for are left out before they are decoded', async () => {
    await picture(8_000, 8_000).png({ compressionLevel: 9 }).toFile(folder.join('bomb.png'))
    const images = open()
    await eventually(() => expect(images.names).toHaveLength(1))
    expect(await sizes(images)).toEqual([undefined])
    expect(images.faults[0]).toContain('has more than 50 megapixels')
  })

  test('are two hundred at most, and more are said', async () => {
    const one = await picture(1, 1).png().toBuffer()
    for (let index = 0; index < MOST_IMAGES + 5; index += 1) await writeFile(folder.join(`${index}.png`), one)
    const images = open()
    await eventually(() => expect(images.names).toHaveLength(MOST_IMAGES))
    expect(lines).toEqual([`${folder.path} holds 205 images, and the first 200 are shown; take some out`])
  })

  test('in a folder that is not there are none; it is looked for again', async () => {
    const images = open(folder.join('later'))
    await eventually(() =>
      expect(images.faults).toEqual([
        `${folder.join('later')} cannot be read; the screen is black between alerts`,
      ]),
    )
    await mkdir(folder.join('later'))
    await picture(10, 10).png().toFile(folder.join('later', 'a.png'))
    await eventually(() => {
      clock.advance(30_000)
      expect(images.names).toHaveLength(1)
    })
    expect(images.faults).toEqual([])
  })
})
