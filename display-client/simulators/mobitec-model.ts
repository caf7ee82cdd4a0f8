import { AMBER, type LedFrame, UNLIT } from '../paint/led-frame.ts'
import type { SignModel } from './sign-model.ts'

/** A Mobitec sign: draws the columns of font 77H; text in other fonts is not known here. It never answers. */
export class MobitecModel implements SignModel {
  readonly refusal = undefined
  readonly dangers: string[] = []
  spoiled = 0
  readonly #address: number
  readonly #width: number
  readonly #height: number
  #packet: number[] | undefined
  #pixels: Uint8Array

  constructor(address: number, width: number, height: number) {
    this.#address = address
    this.#width = width
    this.#height = height
    this.#pixels = new Uint8Array(width * height)
  }

  get seen(): LedFrame {
    return { width: this.#width, height: this.#height, palette: [UNLIT, AMBER], pixels: this.#pixels }
  }

  loseMemory(): void {
    this.#pixels = new Uint8Array(this.#pixels.length)
  }

  receive(byte: number): undefined {
    if (byte !== 0xff) {
      this.#packet?.push(byte)
      return
    }
    const packet = this.#packet ?? []
    // The end of one packet may as well be the beginning of the next, when the one before was broken off.
    this.#packet = []
    if (packet.length === 0) return
    const escaped = packet.at(-2) === 0xfe
    const checksum = (packet.at(-1) ?? 0) + (escaped ? 0xfe : 0)
    const body = packet.slice(0, escaped ? -2 : -1)
    if (body.reduce((sum, one) => sum + one, 0) % 256 === checksum) {
      this.#packet = undefined
      this.#command(body)
    } else this.spoiled += 1
  }

  #command([address, command, ...body]: readonly number[]): void {
    if (command !== 0xa2) this.dangers.push(`command ${command?.toString(16)}`)
    if (address !== this.#address || command !== 0xa2) return
    this.#pixels = new Uint8Array(this.#width * this.#height)
    let x = 0
    let baseline = 0
    let font = 0
    for (let at = 0; at < body.length; at += 1) {
      const byte = body[at] ?? 0
      const value = body[at + 1] ?? 0
      if (byte >= 0xd0 && byte <= 0xd4) {
        if (byte === 0xd2) x = value
        if (byte === 0xd3) baseline = value
        if (byte === 0xd4) font = value
        if ((byte === 0xd0 && value !== this.#width) || (byte === 0xd1 && value !== this.#height))
          this.dangers.push('another size')
        at += 1
      } else if (font === 0x77 && byte >= 0x20 && byte < 0x40) {
        for (let row = 0; row < 5; row += 1) {
          if ((byte - 0x20) & (1 << row)) this.#pixels[(baseline - 4 + row) * this.#width + x] = 1
        }
        x += 1
      } else this.dangers.push(`byte ${byte.toString(16)} in font ${font.toString(16)}`)
    }
  }
}
