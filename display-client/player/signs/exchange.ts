import type { Clock } from '../../base/clock.ts'
import type { Answer, Packet } from '../../paint/signs/sign-protocol.ts'
import type { Wire } from './wire.ts'

/** What became of packets: done, with whether the sign said so; or not, with why and the fix. */
export type Outcome =
  | { readonly type: 'done'; readonly isAccepted: boolean }
  | { readonly type: 'failed'; readonly reason: string }

/** How long a sign may take to answer, and a line to take the bytes, ms. At 1200 baud a longest telegram takes 2.3 s to send. */
const ANSWER = 2_000
const WRITE = 15_000
/** After an answer that did not come or was none, ms: what comes yet is thrown away. */
const PAUSE = 500
const TRIES = 3
/** The longest answer that any sign gives is some ten bytes. */
const LONGEST_ANSWER = 64

const REASONS: Readonly<Record<Exclude<Answer, 'accepted'> | 'silence' | 'stuck', string>> = {
  refused: 'refuses what it is sent; check output.protocol and its options against the manual of the sign',
  defect: 'says that it is defective; have it looked at',
  incomplete: 'breaks off its answers; check the cable, and the settings of the serial line',
  garbage:
    'answers with something else than its protocol; check output.protocol and the settings of the serial line',
  silence: 'does not answer; check its power and cable, output.address and the settings of the serial line',
  stuck: 'takes no bytes; check the cable, and that the line uses no flow control',
}

/** Question and answer over one wire. */
export class Exchange {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #received: number[] = []
  #isOver = false
  /** An answer has not come, or not whole. */
  #isOwed = false
  #wake: () => void = () => {}

  /** @param signal gives up whatever is waited for */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  /** Bytes that came from the sign. What nobody waits for is bounded, and forgotten with the next packet. */
  take(bytes: Uint8Array): void {
    const room = LONGEST_ANSWER - this.#received.length
    if (room > 0) this.#received.push(...bytes.subarray(0, room))
    this.#wake()
  }

  /** The wire is lost: whatever is waited for will not come. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }

  /**
   * Sends `packets` one after the other, each when the one before is answered; all of them again, twice, when one fails.
   *
   * @param isWanted whether they still are: if not, they are not tried again
   */
  async run(wire: Wire, packets: readonly Packet[], isWanted: () => boolean): Promise<Outcome> {
    let failure: keyof typeof REASONS = 'silence'
    for (let attempt = 0; attempt < TRIES && !this.#gone && isWanted(); attempt += 1) {
      // A late answer to what came before must not count as one to this.
      if (this.#isOwed) await this.#until(() => false, PAUSE)
      const failed = await this.#once(wire, packets)
      this.#isOwed = failed !== undefined
      if (failed === undefined)
        return { type: 'done', isAccepted: packets.some(({ answer }) => answer !== undefined) }
      failure = failed
    }
    return { type: 'failed', reason: REASONS[failure] }
  }

  /** Sends `packets` and waits for no answer. */
  say(wire: Wire, packets: readonly Packet[]): void {
    // `close` of the wire waits for them, as long as it may.
    for (const { bytes } of packets) void wire.write(bytes)
  }

  async #once(wire: Wire, packets: readonly Packet[]): Promise<keyof typeof REASONS | undefined> {
    for (const { bytes, answer } of packets) {
      if (this.#gone) return 'silence'
      this.#received = []
      let isWritten = false
      void wire.write(bytes).then(() => {
        isWritten = true
        this.#wake()
      })
      if (!(await this.#until(() => isWritten, WRITE))) return 'stuck'
      if (answer === undefined) continue
      const read = (): Answer => answer(Uint8Array.from(this.#received))
      await this.#until(() => read() !== 'incomplete', ANSWER)
      const said = read()
      if (said !== 'accepted') return this.#received.length === 0 ? 'silence' : said
    }
    return undefined
  }

  get #gone(): boolean {
    return this.#isOver || this.#signal.aborted
  }

  /** Waits until `holds`, or nothing can make it hold any more. @returns whether it holds */
  async #until(holds: () => boolean, time: number): Promise<boolean> {
    const end = this.#clock.monotonic() + time
    while (!holds() && !this.#gone && this.#clock.monotonic() < end) {
      await new Promise<void>((done) => {
        const cancel = this.#clock.after(end - this.#clock.monotonic(), done)
        this.#wake = () => {
          cancel()
          done()
        }
      })
    }
    this.#wake = () => {}
    return holds()
  }
}
