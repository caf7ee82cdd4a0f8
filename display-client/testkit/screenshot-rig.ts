import sharp from 'sharp'
import { expect } from 'vitest'
import { type Alert, AlertSchema } from '../alert/model.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import type { Composition } from '../compose/composition.ts'
import { readCellFont } from '../paint/character-sign.ts'
import type { Panel } from '../panel/profile.ts'
import type { Programme } from '../player/outputs/output.ts'
import { outputsOf } from '../player/outputs/outputs.ts'
import type { PanelChannel } from '../player/panel-channel.ts'
import { screenshotRoutes } from '../player/screenshot-route.ts'
import { Screenshots } from '../player/screenshots.ts'
import { type Server, startServer } from '../player/server.ts'
import { systemClock } from '../player/system-clock.ts'
import { bearer } from './bearer.ts'
import { named } from './corpus/corpus.ts'
import { shippedLibrary } from './library.ts'
import { VIEWER_TOKEN } from './panel-server.ts'
import { preset } from './panels.ts'
import { portrait } from './portrait.ts'

/** Those of which screenshots are taken. */
export const SCREENSHOT_PANELS: readonly Panel[] = [
  'atm',
  'station-portrait',
  'transit-bar',
  'drip-plus-256x88',
  'ticker-1x20',
  'character-3x18',
].map(preset)
/** Of whatever lies over a person. */
export const COVER = 0x808080
/** A dot that is off. */
export const UNLIT_DOT = 0x1b1a18

/** The templates of what is screenshot. */
export const library = await shippedLibrary()
const photo = await portrait()

export interface Picture {
  readonly width: number
  readonly height: number
  /** `0xrrggbb` */
  at(x: number, y: number): number
}

/** Decodes a picture. */
export async function picture(png: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => data.readUIntBE((y * info.width + x) * 3, 3)
  return { width: info.width, height: info.height, at }
}

/** The places at which something holds. */
export function places(
  { width, height }: Picture,
  holds: (x: number, y: number) => boolean,
): readonly (readonly [x: number, y: number])[] {
  const found: (readonly [number, number])[] = []
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (holds(x, y)) found.push([x, y])
  return found
}

/** An alert of the corpus, with a photo. */
export function pictured(name: string): Alert {
  return AlertSchema.parse({ ...named(name), media: [photo.media] })
}

/** Panels of every kind, and the way to screenshots of them; what is on them the test says. */
export interface ScreenshotRig extends Disposable {
  readonly server: Server
  /** Warnings. */
  readonly lines: readonly string[]
  channel(panel: string): PanelChannel
  /** Has a panel show something. */
  put(panel: string, composition: Composition): void
  /** What the player answers to who has the token, unless `headers` say otherwise. */
  asked(panel: string, query?: string, headers?: Record<string, string>): Promise<Asked>
  /** A screenshot that is given. */
  screenshot(panel: string, query?: string): Promise<Picture>
  dispose(): Promise<void>
}

export interface Asked {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly text: string
}

/** @param screenDirectory the built page, for who opens one */
export async function openScreenshots(screenDirectory = '/nowhere'): Promise<ScreenshotRig> {
  const held = new Disposables()
  const lines: string[] = []
  const programmes = new Map<string, Programme>()
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  const cellFont = await readCellFont()
  if (!cellFont.ok) throw new Error('the type of character signs')
  const clock = systemClock()
  const outputs = outputsOf(SCREENSHOT_PANELS, {
    ...{ clock, log, random: () => 0, cellFont: cellFont.value, signs: { set: () => {} } },
    fonts: () => [...library.bitmaps, ...library.own.values()],
    photo: () => ({ bytes: photo.bytes }),
  })
  const channels = new Map([...outputs].map(([id, { channel }]) => [id, held.add(channel)]))
  for (const { sign } of outputs.values()) if (sign) held.add(sign)
  const screenshots = new Screenshots({
    ...{ panels: SCREENSHOT_PANELS, channels, log, cellFont: cellFont.value },
    programme: (panel) => programmes.get(panel) ?? [],
    // Tries are not to take seconds here.
    clock: { ...clock, after: (_, callback) => clock.after(50, callback) },
  })
  const started = await startServer({
    ...{ port: 0, channels, screenDirectory, log, viewerToken: VIEWER_TOKEN },
    routes: screenshotRoutes(SCREENSHOT_PANELS, screenshots, VIEWER_TOKEN),
    media: (sha256) =>
      sha256 === photo.media.sha256 ? { mimeType: 'image/jpeg', bytes: photo.bytes } : undefined,
    health: () => ({}),
  })
  if (!started.ok) throw new Error(started.failure)
  const server = held.add(started.value)

  // The body is always read, or its connection would stay.
  const asked: ScreenshotRig['asked'] = async (panel, query = '', headers = bearer(VIEWER_TOKEN)) => {
    const response = await fetch(`${server.address}/panels/${panel}/screenshot${query}`, { headers })
    const bytes = Buffer.from(await response.arrayBuffer())
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
  }
  return {
    ...{ server, lines, asked },
    channel(panel) {
      const channel = channels.get(panel)
      if (channel === undefined) throw new Error(`there is no panel ${panel}`)
      return channel
    },
    put(panel, composition) {
      const { alert: _, incident, revision } = composition
      const about = { sender: 'politie@nl', incident, revision, kind: 'amber', status: 'Actual' } as const
      const programme = [{ about, live: true, until: 0, composition }]
      programmes.set(panel, programme)
      outputs.get(panel)?.present(programme)
    },
    async screenshot(panel, query = '') {
      const { status, headers, bytes, text } = await asked(panel, query)
      expect([status, status === 200 ? '' : text]).toEqual([200, ''])
      expect(headers.get('content-type')).toBe('image/png')
      expect(headers.get('cache-control')).toBe('no-store')
      return picture(bytes)
    },
    dispose: () => held.dispose(),
  }
}
