import { DotModel } from './dot-model.ts'

/** A Mobitec sign: draws the columns of font 77H; text in other fonts is not known here. */
export class MobitecModel extends DotModel {
  #packet: number[] | undefined

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
    if (address !== this.address || command !== 0xa2) return
    const lit: [x: number, y: number][] = []
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
        if ((byte === 0xd0 && value !== this.width) || (byte === 0xd1 && value !== this.height))
          this.dangers.push('another size')
        at += 1
      } else if (font === 0x77 && byte >= 0x20 && byte < 0x40) {
        for (let row = 0; row < 5; row += 1) {
          if ((byte - 0x20) & (1 << row)) lit.push([x, baseline - 4 + row])
        }
        x += 1
      } else this.dangers.push(`byte ${byte.toString(16)} in font ${font.toString(16)}`)
    }
    this.show(lit)
  }
}
