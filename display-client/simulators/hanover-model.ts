import { DotModel } from './dot-model.ts'

/** A Hanover sign: dots, told as hexadecimal digits, column by column. */
export class HanoverModel extends DotModel {
  #packet = ''

  receive(byte: number): undefined {
    if (byte === 0x02) this.#packet = ''
    this.#packet += String.fromCharCode(byte)
    const [all, content, checksum] = /^\x02([^\x02\x03]*)\x03([0-9A-F]{2})$/.exec(this.#packet) ?? []
    if (all === undefined || content === undefined) return
    this.#packet = ''
    let sum = 0
    for (const one of all.slice(1, -2)) sum += one.charCodeAt(0)
    if ((sum + Number.parseInt(checksum ?? '', 16)) % 256 !== 0) this.spoiled += 1
    else this.#command(content)
  }

  #command(content: string): void {
    const [, address, size, digits] = /^1([0-9A-F])([0-9A-F]{2})([0-9A-F]*)$/.exec(content) ?? []
    const count = (this.width * this.height) / 8
    if (address === undefined) this.dangers.push(`command ${content.slice(0, 1)}`)
    else if (Number.parseInt(address, 16) === this.address) {
      if (Number.parseInt(size ?? '', 16) !== count % 256 || digits?.length !== 2 * count) this.spoiled += 1
      else this.#draw(Buffer.from(digits, 'hex'))
    }
  }

  #draw(bytes: Buffer): void {
    const perColumn = this.height / 8
    const lit: [x: number, y: number][] = []
    for (const [at, byte] of bytes.entries()) {
      for (let bit = 0; bit < 8; bit += 1) {
        if (byte & (1 << bit)) lit.push([Math.floor(at / perColumn), (at % perColumn) * 8 + bit])
      }
    }
    this.show(lit)
  }
}
