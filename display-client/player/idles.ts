import type { Clock } from '../base/clock.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import type { Panel } from '../panel/profile.ts'
import { IdleImages } from './idle-images.ts'
import type { Log } from './log.ts'
import type { PanelChannel } from './panel-channel.ts'
import type { IdleCheck, IdleContent, IdleMessage } from './protocol.ts'
import type { HttpRoute } from './server.ts'

export interface IdlesOptions {
  readonly panels: readonly Panel[]
  readonly channels: ReadonlyMap<string, PanelChannel>
  readonly clock: Clock
  readonly log: Log
}

/** ms: several pages that look at one panel ask at once. */
const FRESH = 1_000
/** s: browsers may keep an image; its name is another when the file is. */
const KEPT = 86_400

/** What is on screens while no alert is. */
export class Idles implements Disposable {
  readonly #options: IdlesOptions
  readonly #held = new Disposables()
  readonly #images = new Map<string, IdleImages>()
  readonly #checks = new Map<string, { readonly at: number; readonly answer: Promise<IdleCheck> }>()
  readonly #faults = new Map<string, string>()

  constructor(options: IdlesOptions) {
    this.#options = options
    const { clock, log, channels } = options
    for (const panel of options.panels) {
      const { id, pixels, idle } = panel
      if (pixels?.font !== 'outline') continue
      const show = (): void => channels.get(id)?.setIdle(this.#message(panel))
      if (idle.type === 'images') {
        const { width, height } = pixels
        const images = new IdleImages({
          ...{ folder: idle.folder, room: { width, height }, clock, log, onChange: show },
        })
        this.#images.set(id, this.#held.add(images))
      }
      show()
    }
  }

  /** What keeps idle content away, by panel, as far as it is known. */
  faults(panel: string): readonly string[] {
    const said = [this.#faults.get(panel), this.#options.channels.get(panel)?.idleFault]
    const pages = new Set(said.flatMap((one) => one ?? []))
    return [...pages, ...(this.#images.get(panel)?.faults ?? [])]
  }

  /**
   * What pages ask for.
   *
   * @param origin of our pages: known once the server listens
   */
  routes(origin: () => string): readonly HttpRoute[] {
    return this.#options.panels.flatMap(({ id, idle }): HttpRoute[] => {
      if (idle.type === 'images')
        return [
          {
            method: 'GET',
            path: `/panels/${id}/idle/image`,
            handle: async ({ url }, response) => {
              const image = await this.#images.get(id)?.get(url.searchParams.get('name') ?? '')
              if (image === undefined) {
                response.writeHead(404, { 'Content-Type': 'text/plain' }).end('there is no such image\n')
                return
              }
              response.setHeader('Cache-Control', `private, max-age=${KEPT}, immutable`)
              response.setHeader('Content-Type', image.mimeType)
              response.end(image.bytes)
            },
          },
        ]
      if (idle.type !== 'page') return []
      return [
        {
          method: 'GET',
          path: `/panels/${id}/idle/check`,
          handle: async (_request, response) => {
            const answer = await this.#check(id, idle.url, origin())
            response.setHeader('Content-Type', 'application/json')
            response.end(JSON.stringify(answer))
          },
        },
      ]
    })
  }

  dispose(): Promise<void> {
    return this.#held.dispose()
  }

  #message({ id, pixels, zone, idle, onlyIdle, languages }: Panel): IdleMessage {
    return {
      type: 'idle',
      content: this.#content(id, idle, languages[0] ?? 'nl'),
      ...{ width: pixels?.width ?? 1, height: pixels?.height ?? 1 },
      ...{ x: zone?.x ?? 0, y: zone?.y ?? 0, touch: onlyIdle },
    }
  }

  #content(id: string, idle: Panel['idle'], language: string): IdleContent {
    switch (idle.type) {
      case 'clock':
        return { type: 'clock', timeZone: idle.timeZone, language }
      case 'images': {
        const names = this.#images.get(id)?.names ?? []
        const images = names.map((name) => `/panels/${id}/idle/image?name=${name}`)
        return { type: 'images', time: idle.seconds * 1_000, images }
      }
      case 'page': {
        const { url, fallback, timeZone } = idle
        const instead: IdleContent =
          fallback === 'clock' ? { type: 'clock', timeZone, language } : { type: 'black' }
        return { type: 'page', url, fallback: instead }
      }
      default:
        // Of a hidden window nothing is seen.
        return { type: 'black' }
    }
  }

  #check(id: string, url: string, origin: string): Promise<IdleCheck> {
    const now = this.#options.clock.monotonic()
    const known = this.#checks.get(id)
    if (known !== undefined && now - known.at < FRESH) return known.answer
    const answer = this.#probe(id, url, origin)
    this.#checks.set(id, { at: now, answer })
    return answer
  }

  async #probe(id: string, url: string, origin: string): Promise<IdleCheck> {
    // Only here: TLS, which a player without a page of the host never needs.
    const { probe } = await import('./idle-probe.ts')
    const probed = await probe(url, origin)
    if (probed.ok) {
      this.#faults.delete(id)
      return { fault: null }
    }
    // The page that asks says so in turn, and that is in the log.
    this.#faults.set(id, probed.failure)
    return { fault: probed.failure }
  }
}
