import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import type { KeyFile } from '../../display-client/alert/keyring.ts'
import type { Alert, Media } from '../../display-client/alert/model.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import type { IssuerConnection } from '../issuer/connection.ts'
import { type Filling, readDraft } from '../issuer/draft.ts'
import { type Photo, preparePhoto } from '../issuer/photo.ts'
import { publish } from '../issuer/publication.ts'

/** Where the demo's alert reaches: every panel of the demo. */
export const DEMO_AREA = 'nl'

const LIFETIME = 60 * 60_000
/** She was last seen this long before the alert, ms. */
const LAST_SEEN = 40 * 60_000

/** The face in portrait.svg, px. */
const FACE: NonNullable<Media['focus']> = { x: 120, y: 60, width: 660, height: 800 }

/** A message that was sent. */
export interface Sent {
  readonly alert: Alert
  /** When its signing and sending began, ms since 1970, with fractions. */
  readonly at: number
}

export interface ShowOptions {
  readonly connection: IssuerConnection
  readonly key: KeyFile
  readonly clock: Clock
  /**
   * What is published changes.
   *
   * @param sent a message that is on its way to the broker: said before any panel can show it; absent when the last one
   *   did not get there, and all is as before
   */
  onChange(sent?: Sent): void
}

/**
 * The issuer of the demo: one fictional alert, sent, updated and ended through the broker as any issuer would.
 *
 * Each sending is a new incident, because what has ended stays ended.
 */
class Show {
  readonly #options: ShowOptions
  #photo: Promise<Photo> | undefined
  readonly #texts: { readonly alert: string; readonly update: string }
  #latest: Sent | undefined
  #count = 0
  /** One thing at a time, in the order in which the buttons were pressed. */
  #busy: Promise<void> = Promise.resolve()

  constructor(options: ShowOptions, texts: { readonly alert: string; readonly update: string }) {
    this.#options = options
    this.#texts = texts
  }

  /** Makes the photo ready, so that the first alert does not wait for it. */
  prepare(): Promise<Photo> {
    this.#photo ??= preparePhoto(readFileSync(beside('portrait.svg')), FACE)
    return this.#photo
  }

  /** The message that was sent last. */
  get latest(): Sent | undefined {
    return this.#latest
  }

  /** The alert that is published now: not ended, not expired. */
  get live(): Alert | undefined {
    const alert = this.#latest?.alert
    if (alert === undefined || alert.msgType === 'Cancel') return undefined
    return Date.parse(alert.expires) > this.#options.clock.now() ? alert : undefined
  }

  /** Publishes the alert; nothing when it is published already. */
  send(): Promise<void> {
    return this.#next(async () => {
      if (this.live !== undefined) return
      this.#count += 1
      await this.#publish('alert', {})
    })
  }

  /** Publishes the next revision: the car and the place have changed, and change back with the one after that. */
  update(): Promise<void> {
    return this.#next(async () => {
      const live = this.live
      if (live === undefined) return
      const file = live.revision % 2 === 1 ? 'update' : 'alert'
      await this.#publish(file, { follows: { previous: live, msgType: 'Update' } })
    })
  }

  /** Ends the incident. */
  end(): Promise<void> {
    return this.#next(async () => {
      const live = this.live
      if (live === undefined) return
      await this.#publish('alert', { follows: { previous: live, msgType: 'Cancel' } })
    })
  }

  #next(action: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(action)
    this.#busy = done.catch(() => {})
    return done
  }

  async #publish(file: 'alert' | 'update', filling: Omit<Filling, 'now'>): Promise<void> {
    const { clock, connection, key, onChange } = this.#options
    const photo = await this.prepare()
    const now = clock.now()
    const read = readDraft(`${file}.yaml`, this.#texts[file], { now, lifetime: LIFETIME, ...filling })
    if (!read.ok) throw new Error(`${file}.yaml is wrong: ${read.failure[0]?.message}`)
    const alert = this.#completed(read.value, photo.media, now)
    const before = this.#latest
    const isFirst = filling.follows === undefined
    this.#latest = { alert, at: now }
    onChange(this.#latest)
    const published = await publish(
      connection,
      {
        ...{ alert, area: DEMO_AREA, key, isDrill: false, photos: isFirst ? [photo] : [] },
        ...(before !== undefined && !isFirst && { previous: before.alert }),
      },
      now,
    )
    if (published.ok) return
    this.#latest = before
    onChange()
    throw new NotSent(published.failure)
  }

  /** The file has one incident and no times; every sending is an incident of its own, seen a while before. */
  #completed(alert: Alert, photo: Media, now: number): Alert {
    const incident = `demo-zoe-${this.#count}`
    if (alert.msgType === 'Cancel') return { ...alert, incident }
    return {
      ...alert,
      incident,
      media: [photo],
      ...(alert.place !== undefined && { place: { ...alert.place, time: toCapTime(now - LAST_SEEN) } }),
    }
  }
}

/** The broker did not take a message; says why, in words. */
class NotSent extends Error {}

/** Reads the alert and its update, which lie in this folder. */
export function openShow(options: ShowOptions): Show {
  const text = (name: string): string => readFileSync(beside(name), 'utf8')
  return new Show(options, { alert: text('alert.yaml'), update: text('update.yaml') })
}

function beside(name: string): string {
  return fileURLToPath(new URL(`../../scripts/demo/${name}`, import.meta.url))
}
