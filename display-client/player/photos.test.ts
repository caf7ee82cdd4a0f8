import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Current, currentOf, DEFAULT_LIMITS } from '../alert/incident.ts'
import type { Media } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { eventually } from '../testkit/eventually.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { Photos } from './photos.ts'

const held = new Disposables()
let photos: Photos
let ready: number
let lines: string[]
/** Who waits for bytes of which photo. */
let requests: Map<string, (bytes: Uint8Array) => void>

beforeEach(() => {
  ready = 0
  lines = []
  requests = new Map()
  photos = held.add(
    new Photos({
      log: { info: () => {}, warn: (line) => lines.push(line) },
      request: (sha256, onBytes) => {
        requests.set(sha256, onBytes)
        return () => requests.delete(sha256)
      },
      onReady: () => {
        ready += 1
      },
    }),
  )
})
afterEach(() => held.dispose())

async function photo(background: string): Promise<{ bytes: Buffer; media: Media }> {
  const bytes = await sharp({ create: { width: 30, height: 40, channels: 3, background } })
    .png()
    .toBuffer()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { bytes, media: { sha256, mimeType: 'image/png', width: 30, height: 40, role: 'subject' } }
}

function alive(...media: readonly Media[]): readonly Current[] {
  const alert = amberAlert({ media: [...media] })
  return [currentOf(alert, alert.sender, TEST_TIME, DEFAULT_LIMITS, undefined)]
}

describe('photos', () => {
  test('that came inside the alert are there without asking anybody', async () => {
    const { bytes, media } = await photo('#804020')
    photos.follow(alive({ ...media, data: bytes.toString('base64') }))
    await eventually(() => expect(ready).toBe(1))
    expect(photos.get(media.sha256)?.mimeType).toBe('image/jpeg')
    expect(requests.size).toBe(0)
  })

  test('are asked for once, and no longer when they are there', async () => {
    const { bytes, media } = await photo('#804020')
    photos.follow(alive(media))
    photos.follow(alive(media))
    expect([...requests.keys()]).toEqual([media.sha256])
    requests.get(media.sha256)?.(bytes)
    await eventually(() => expect(photos.get(media.sha256)).toBeDefined())
    expect(requests.size).toBe(0)
  })

  test('that are not what was signed are refused and counted, and still waited for', async () => {
    const { bytes, media } = await photo('#804020')
    const other = await photo('#204080')
    photos.follow(alive(media))
    requests.get(media.sha256)?.(other.bytes)
    await eventually(() => expect(photos.refused).toEqual({ 'digest-wrong': 1 }))
    expect(lines).toHaveLength(1)
    expect(photos.get(media.sha256)).toBeUndefined()
    requests.get(media.sha256)?.(bytes)
    await eventually(() => expect(photos.get(media.sha256)).toBeDefined())
  })

  test('that are sent wrong again and again are counted, and told of once', async () => {
    const { bytes, media } = await photo('#804020')
    photos.follow(alive(media))
    for (let one = 0; one < 200; one += 1) requests.get(media.sha256)?.(Buffer.alloc(1_000, one))
    requests.get(media.sha256)?.(Buffer.alloc(8_000_001))
    requests.get(media.sha256)?.(bytes)
    await eventually(() => expect(photos.get(media.sha256)).toBeDefined())
    expect(photos.refused).toEqual({ 'digest-wrong': 200, 'too-many-bytes': 1 })
    expect(lines).toHaveLength(2)
  })

  test('are decoded once, though every broker brings them', async () => {
    const { media } = await photo('#804020')
    const broken = Buffer.from('89504e470d0a1a0a', 'hex')
    const sha256 = createHash('sha256').update(broken).digest('hex')
    photos.follow(alive({ ...media, sha256 }))
    for (let one = 0; one < 5; one += 1) requests.get(sha256)?.(broken)
    requests.get(sha256)?.(Buffer.from('the last'))
    await eventually(() => expect(photos.refused).toEqual({ 'not-decodable': 1, 'digest-wrong': 1 }))
  })

  test('are gone with the last alert that names them, also one that is being checked', async () => {
    const [one, two] = [await photo('#804020'), await photo('#204080')]
    photos.follow(alive(one.media, two.media))
    requests.get(one.media.sha256)?.(one.bytes)
    await eventually(() => expect(ready).toBe(1))
    requests.get(two.media.sha256)?.(two.bytes)
    const shown = photos.get(one.media.sha256)?.bytes
    photos.follow([])
    expect(shown?.every((byte) => byte === 0)).toBe(true)
    expect(photos.get(one.media.sha256)).toBeUndefined()
    expect(requests.size).toBe(0)
    await photos.dispose()
    expect(photos.get(two.media.sha256)).toBeUndefined()
    expect(ready).toBe(1)
  })
})
