import type { SignModel } from './sign-model.ts'

const DIN: Readonly<Record<string, string>> = {
  '[': 'Ä',
  '\\': 'Ö',
  ']': 'Ü',
  '{': 'ä',
  '|': 'ö',
  '}': 'ü',
  '~': 'ß',
  '@': '§',
}

/** A sign on the IBIS bus of a vehicle: shows whatever text it was told last, in the telegrams of VDV 300 and the two-line one of GSP. */
export class IbisModel implements SignModel {
  readonly dangers: string[] = []
  spoiled = 0
  readonly refusal: string
  readonly #address: number
  readonly #lines: number
  #telegram: number[] = []
  #endsNext = false
  #seen: readonly string[]

  constructor(address: number, lines: number) {
    this.#address = address
    this.#lines = lines
    this.refusal = answerOf('6')
    this.#seen = Array.from({ length: lines }, () => '')
  }

  get seen(): readonly string[] {
    return this.#seen
  }

  loseMemory(): void {
    this.#seen = this.#seen.map(() => '')
  }

  receive(byte: number): string | undefined {
    if (!this.#endsNext) {
      if (byte > 0x7f) this.spoiled += 1
      this.#telegram.push(byte)
      if (byte === 0x0d) this.#endsNext = true
      return undefined
    }
    const bytes = this.#telegram
    this.#telegram = []
    this.#endsNext = false
    let parity = 0x7f
    for (const one of bytes) parity ^= one
    if (parity !== byte) {
      this.spoiled += 1
      return undefined
    }
    return this.#command(String.fromCharCode(...bytes.slice(0, -1)))
  }

  #command(telegram: string): string | undefined {
    const digit = (at: number): number => telegram.charCodeAt(at) - 0x30
    if (telegram.length === 2 && telegram[0] === 'a') {
      return digit(1) === this.#address ? answerOf(this.#seen.join('') === '' ? '0' : '1') : undefined
    }
    if (telegram.startsWith('aA')) {
      if (digit(2) === this.#address) this.#show(telegram, 4, 16 * digit(3))
    } else if (telegram.startsWith('zA')) this.#show(telegram, 3, 16 * digit(2))
    else if (telegram.startsWith('zI')) this.#show(telegram, 3, 4 * digit(2))
    else if (telegram.startsWith('v') && [16, 20, 24].includes(telegram.length - 1))
      this.#show(telegram, 1, telegram.length - 1)
    else this.dangers.push(`telegram ${telegram.slice(0, 2)}`)
    return undefined
  }

  #show(telegram: string, from: number, length: number): void {
    const text = telegram.slice(from)
    if (text.length !== length) this.dangers.push(`${text.length} characters where ${length} were promised`)
    const lines = text.split('\n').map((line) => line.trimEnd())
    if (/[\x00-\x09\x0b-\x1f\x7f]/.test(text)) this.dangers.push('control bytes in a text')
    if (this.#lines === 1 && lines.length > 1) this.dangers.push('line feeds on a sign of one line')
    this.#seen = Array.from({ length: this.#lines }, (_, row) =>
      Array.from(lines[row] ?? '', (one) => DIN[one] ?? one).join(''),
    )
  }
}

function answerOf(status: string): string {
  const text = `a${status}\r`
  let parity = 0x7f
  for (const one of text) parity ^= one.charCodeAt(0)
  return `${text}${String.fromCharCode(parity)}`
}
