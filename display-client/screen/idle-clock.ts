import type { IdleContent } from '../player/protocol.ts'

type Clock = Extract<IdleContent, { type: 'clock' }>

const MINUTE = 60_000

/** ms until the hands move. @param now ms since 1970 */
export function untilNextMinute(now: number): number {
  return MINUTE - (now % MINUTE)
}

/** What a clock on the wall says, in words. @param now ms since 1970 */
export function clockText(
  { timeZone, language }: Pick<Clock, 'timeZone' | 'language'>,
  now: number,
): { readonly time: string; readonly date: string } {
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language, { timeZone, ...options }).format(now)
  return {
    time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    date: format({ weekday: 'long', day: 'numeric', month: 'long' }),
  }
}

/** The time, large. It is drawn once a minute and costs nothing in between. */
export class IdleClock {
  readonly #clock: Clock
  readonly #time = document.createElement('div')
  readonly #date = document.createElement('div')
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(element: HTMLElement, clock: Clock) {
    this.#clock = clock
    const face = document.createElement('div')
    face.className = 'clock'
    face.lang = clock.language
    this.#time.className = 'time'
    this.#date.className = 'date'
    face.append(this.#time, this.#date)
    element.append(face)
    // A machine that slept, or a window that was hidden, may have missed its minute.
    document.addEventListener('visibilitychange', this.#tick)
    this.#tick()
  }

  dispose(): void {
    clearTimeout(this.#timer)
    document.removeEventListener('visibilitychange', this.#tick)
  }

  readonly #tick = (): void => {
    clearTimeout(this.#timer)
    const { time, date } = clockText(this.#clock, Date.now())
    if (this.#time.textContent !== time) this.#time.textContent = time
    if (this.#date.textContent !== date) this.#date.textContent = date
    this.#timer = setTimeout(this.#tick, untilNextMinute(Date.now()))
  }
}
