import { OWNERS_TEXT, type SeenPage } from './sign-model.ts'

/** What tells one display from another, and what it is capable of. */
export interface Rtigt047Device {
  readonly locality?: string
  readonly cluster?: string
  readonly stop?: string
  readonly vendor: string
  readonly device: string
  /** Rows and letters in each. */
  readonly lines: number
  readonly columns: number
  readonly canScroll: boolean
  /** What its owner has on it, row by row. */
  readonly home?: readonly string[]
}

interface Held {
  readonly text: string
  /** ms since 1970 */
  readonly from: number
  /** ms since 1970 */
  readonly until: number
  readonly isEmergency: boolean
  /** 1 is first. */
  readonly rank: number
  readonly scrolls: boolean
}

/** What a display says to its broker. */
export interface Saying {
  readonly topic: string
  readonly payload: string
}

/** How long it stays on a page, ms: its maker's choice, the standard says none. */
const DWELL = 4_000
const CONTENT = 'CMS/informationMessage/content/'
const TYPE = 'PID-LED'

/**
 * A display of RTIGT047 with the departures of its owner, from its own side: messages of MQTT come in, text is to be seen. It breaks
 * words into its own lines and turns its own pages; it has a clock, and obeys the times of a message.
 */
export class Rtigt047Model {
  /** What it listens to. */
  readonly filters: readonly string[]
  readonly dangers: string[] = []
  /** Messages that it threw away. */
  spoiled = 0
  readonly #device: Rtigt047Device
  readonly #messages = new Map<string, Held>()

  constructor(device: Rtigt047Device) {
    this.#device = device
    this.filters = [`${CONTENT}#`, `${TYPE}/displayCapability/request/${device.vendor}/${device.device}`]
  }

  /** Takes one message. @returns what it answers, if anything */
  take(topic: string, payload: Uint8Array): Saying | undefined {
    if (!topic.startsWith(CONTENT)) return this.#tellCapability(payload)
    const levels = topic.slice(CONTENT.length).split('/')
    const { locality, cluster, stop, vendor, device } = this.#device
    const own = [locality, cluster, stop, vendor, device]
    // Shorter = wider; `null` = all (part 2).
    const isForUs = levels.slice(0, -1).every((level, at) => level === 'null' || level === own[at])
    const id = levels.at(-1) ?? ''
    if (!isForUs) return undefined
    if (payload.length === 0) this.#messages.delete(id)
    else this.#show(id, payload)
    return undefined
  }

  /** What is to be seen at `now`, ms since 1970. */
  pages(now: number): readonly SeenPage[] {
    const { lines, columns } = this.#device
    const [first] = [...this.#messages.values()]
      .filter(({ from, until }) => from <= now && now < until)
      .sort((a, b) => Number(b.isEmergency) - Number(a.isEmergency) || a.rank - b.rank)
    if (first === undefined) return [{ dwell: 0, seen: this.#device.home ?? [OWNERS_TEXT] }]
    if (first.scrolls) return [{ dwell: 0, seen: [first.text] }]
    const rows = wrapped(first.text, columns)
    return Array.from({ length: Math.ceil(rows.length / lines) }, (_, page) => {
      return { dwell: DWELL, seen: rows.slice(page * lines, (page + 1) * lines) }
    })
  }

  /** When it next shows something else by itself, ms since 1970; undefined = not. */
  nextChange(now: number): number | undefined {
    const moments = [...this.#messages.values()].flatMap(({ from, until }) => [from, until])
    const coming = moments.filter((moment) => moment > now)
    return coming.length === 0 ? undefined : Math.min(...coming)
  }

  /** Its power was cut: what it was told is gone. */
  loseMemory(): void {
    this.#messages.clear()
  }

  #show(id: string, payload: Uint8Array): void {
    const message = read(payload)?.['informationMessage']
    if (!isObject(message) || message['messageId'] !== id) {
      this.spoiled += 1
      return
    }
    if (message['messageAction'] === 'DELETE') {
      this.#messages.delete(id)
      return
    }
    const [text] = Array.isArray(message['messageText']) ? message['messageText'] : []
    const words: unknown = isObject(text) ? text['text'] : undefined
    const from = Date.parse(String(message['earliestDisplayTime']))
    const until = Date.parse(String(message['latestDisplayTime']))
    if (typeof words !== 'string' || Number.isNaN(from) || Number.isNaN(until)) {
      this.spoiled += 1
      return
    }
    if (/[\x00-\x1f\x7f-\x9f]/.test(words)) this.dangers.push('control bytes in a text')
    if (message['messageAction'] !== 'REPLACE')
      this.dangers.push(`messageAction ${String(message['messageAction'])}`)
    this.#messages.set(id, {
      ...{ text: words, from, until, isEmergency: message['messagePriority'] === 'EMERGENCY' },
      rank: Number(message['messageActionPriority']),
      scrolls: this.#device.canScroll && message['messageBehaviour'] === 'SCROLL',
    })
  }

  #tellCapability(payload: Uint8Array): Saying | undefined {
    const request = read(payload)?.['displayCapabilityRequest']
    if (!isObject(request) || typeof request['requestId'] !== 'string') {
      this.spoiled += 1
      return undefined
    }
    const { vendor, device, lines, columns, canScroll } = this.#device
    const displayCapabilityResponse = {
      ...{ vendorId: vendor, deviceId: device, requestId: request['requestId'] },
      textDisplayConfig: {
        ...{ charEncodings: ['UTF-8'], lines, charsPerLine: columns, canScroll, canPage: true },
      },
    }
    return {
      topic: `${TYPE}/displayCapability/response`,
      payload: JSON.stringify({ displayCapabilityResponse }),
    }
  }
}

/** `text` in rows of whole words; a word that is longer than a row is broken. */
function wrapped(text: string, columns: number): readonly string[] {
  const rows: string[] = []
  let row = ''
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const letters = Array.from(word)
    const joined = row === '' ? word : `${row} ${word}`
    if (Array.from(joined).length <= columns) {
      row = joined
      continue
    }
    if (row !== '') rows.push(row)
    while (letters.length > columns) rows.push(letters.splice(0, columns).join(''))
    row = letters.join('')
  }
  return row === '' ? rows : [...rows, row]
}

function read(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
