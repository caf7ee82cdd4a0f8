import { OWNERS_TEXT, type SignModel } from './sign-model.ts'

/** A sign of AM004-03128 with the owner's page A. */
export class Am004Model implements SignModel {
  readonly refusal = 'NACK'
  readonly dangers: string[] = []
  spoiled = 0
  readonly #address: number
  readonly #home: readonly string[]
  readonly #lines: number
  #buffer = ''
  #pages = new Map<string, string>()
  #running = 'A'

  /** @param home what its owner has on it, line by line */
  constructor(address: number, lines: number, home: readonly string[] = [OWNERS_TEXT]) {
    this.#home = home
    this.#address = address
    this.#lines = lines
    this.loseMemory()
  }

  get seen(): readonly string[] {
    return Array.from(
      { length: this.#lines },
      (_, row) => this.#pages.get(`${row + 1}${this.#running}`) ?? '',
    )
  }

  loseMemory(): void {
    this.#pages = new Map(this.#home.map((text, row) => [`${row + 1}A`, text]))
    this.#running = 'A'
  }

  receive(byte: number): string | undefined {
    this.#buffer = `${this.#buffer}${String.fromCharCode(byte)}`.slice(-2_000)
    if (!this.#buffer.endsWith('<E>')) return undefined
    // A packet that was broken off is thrown away with the beginning of the next.
    const packet = this.#buffer.slice(this.#buffer.lastIndexOf('<ID'))
    this.#buffer = ''
    const [, id, data, checksum] = /^<ID([0-9A-F]{2})>(.*)([0-9A-F]{2})<E>$/s.exec(packet) ?? []
    if (id === undefined || data === undefined || checksum === undefined) {
      this.spoiled += 1
      return undefined
    }
    const to = Number.parseInt(id, 16)
    if (to !== 0 && to !== this.#address) return undefined
    let sum = 0
    for (const one of data) sum ^= one.charCodeAt(0)
    const isWhole = sum === Number.parseInt(checksum, 16)
    if (isWhole) this.#command(data)
    else this.spoiled += 1
    if (to === 0) return undefined
    return isWhole ? 'ACK' : this.refusal
  }

  #command(data: string): void {
    const page = /^<L([1-8])><P([A-Z])><F[A-Z]><M[A-Z]><W[A-Z]><F[A-Z]>(.*)$/s.exec(data)
    const run = /^<RP([A-Z])>$/.exec(data)
    const gone = /^<DL([1-8])P([A-Z])>$/.exec(data)
    if (page) {
      const [, line = '', letter = '', text = ''] = page
      if (/[<>]|[^\x20-\x7e]/.test(text)) this.dangers.push('a tag or a control byte in a text')
      if (letter === 'A') this.dangers.push('the page of the owner is written over')
      this.#pages.set(`${line}${letter}`, text)
    } else if (run) this.#running = run[1] ?? ''
    else if (gone && gone[2] !== 'A') this.#pages.delete(`${gone[1]}${gone[2]}`)
    else this.dangers.push(`command ${data.slice(0, 8)}`)
  }
}
