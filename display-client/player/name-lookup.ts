import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import type { Clock } from '../base/clock.ts'

/** ms; then the last address that was known is as good as any. */
const PATIENCE = 4_000

type Ask = (
  host: string,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void
type Answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void

/** What `net.connect` takes as `lookup`. */
export type Lookup = (
  host: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void

const askSystem: Ask = (host, callback) => lookup(host, { all: true }, callback)

/**
 * Looks up the names of brokers through the system, bounded.
 *
 * `getaddrinfo` cannot be stopped and holds one of the few threads that also verify signatures: however often a
 * connection is tried, at most one look-up for each name is under way. While DNS does not answer, the addresses that it
 * gave last are used: a broker seldom moves.
 */
export class NameLookup {
  readonly #clock: Clock
  readonly #ask: Ask
  readonly #known = new Map<string, LookupAddress[]>()
  readonly #underWay = new Map<string, Set<Answer>>()

  constructor(clock: Clock, ask: Ask = askSystem) {
    this.#clock = clock
    this.#ask = ask
  }

  /** For `net.connect` and `tls.connect`. */
  readonly lookup: Lookup = (host, options, callback) => {
    this.#find(host, (error, found) => {
      const first = found[0]
      if (first === undefined) callback(error ?? failure('ENOTFOUND', host), '')
      else if (options.all) callback(null, found)
      else callback(null, first.address, first.family)
    })
  }

  #find(host: string, answer: Answer): void {
    let cancel = (): void => {}
    const once: Answer = (error, found) => {
      if (!waiting.delete(once)) return
      cancel()
      const known = found.length > 0 ? found : (this.#known.get(host) ?? [])
      answer(error, known)
    }
    const isNew = !this.#underWay.has(host)
    const waiting = this.#underWay.get(host) ?? new Set<Answer>()
    this.#underWay.set(host, waiting.add(once))
    cancel = this.#clock.after(PATIENCE, () => once(failure('EAI_AGAIN', host), []))
    if (!isNew) return
    this.#ask(host, (error, found) => {
      this.#underWay.delete(host)
      if (error === null && found.length > 0) this.#known.set(host, found)
      for (const one of [...waiting]) one(error, error === null ? found : [])
    })
  }
}

function failure(code: string, host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code} ${host}`), { code })
}
