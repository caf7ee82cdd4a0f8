import { OWNERS_TEXT, type SignModel } from './sign-model.ts'

const CP437_FROM_80 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ'

/** A sign of the Alpha protocol with the owner's text in file A. */
export class AlphaModel implements SignModel {
  readonly refusal: string | undefined
  readonly dangers: string[] = []
  spoiled = 0
  /** How the priority text is shown: `b` held, `a` rotating. */
  mode = ''
  readonly #address: number
  readonly #home: string
  #packet: number[] | undefined
  #priority = ''

  /**
   * @param acknowledges whether it says ACK and NAK
   * @param home what its owner has on it
   */
  constructor(address: number, acknowledges: boolean, home = OWNERS_TEXT) {
    this.#home = home
    this.#address = address
    this.refusal = acknowledges ? '\x15' : undefined
  }

  get seen(): readonly string[] {
    return [this.#priority === '' ? this.#home : this.#priority]
  }

  loseMemory(): void {
    this.#priority = ''
  }

  receive(byte: number): string | undefined {
    if (byte === 0x01) {
      this.#packet = []
      return undefined
    }
    if (this.#packet === undefined) return undefined
    if (byte !== 0x04) {
      this.#packet.push(byte)
      return undefined
    }
    const packet = String.fromCharCode(...this.#packet)
    this.#packet = undefined
    const [, address, framed, sum] = /^Z([0-9A-F]{2})(\x02[^\x03]*\x03)([0-9A-F]{4})$/s.exec(packet) ?? []
    const expected = Array.from(framed ?? '').reduce((total, one) => total + one.charCodeAt(0), 0) & 0xffff
    if (address === undefined || framed === undefined || Number.parseInt(sum ?? '', 16) !== expected) {
      this.spoiled += 1
      return this.refusal
    }
    const to = Number.parseInt(address, 16)
    if (to !== 0 && to !== this.#address) return undefined
    this.#command(framed.slice(1, -1))
    return this.refusal === undefined ? undefined : '\x06'
  }

  #command(command: string): void {
    if (!command.startsWith('A0')) {
      this.dangers.push(`command ${command.slice(0, 2)}`)
      return
    }
    const text = command.slice(2)
    if (text.length > 125) this.dangers.push(`${text.length} bytes for the priority file`)
    const [all, mode] = /^\x1b\x20([a-z])/.exec(text) ?? ['']
    this.mode = mode ?? ''
    if (this.mode === 'c') this.dangers.push('it flashes')
    this.#priority = text
      .slice(all.length)
      .replace(/\x1c[1-9A-C]/g, '')
      .replace(/[\x15-\x19]/g, '')
      .replace(/\x08([\x20-\x61])/g, (_, one: string) => CP437_FROM_80[one.charCodeAt(0) - 0x20] ?? '?')
    if (/[\x00-\x1f\x7f-\x9f]/.test(this.#priority)) this.dangers.push('control bytes in a text')
  }
}
