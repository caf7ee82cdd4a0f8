import { AMBER, type LedFrame, UNLIT } from '../paint/led-frame.ts'
import type { SignModel } from './sign-model.ts'

/** A sign of amber dots that never answers. Whoever extends it reads the bytes of a protocol, and lights dots. */
export abstract class DotModel implements SignModel {
  readonly refusal = undefined
  readonly dangers: string[] = []
  spoiled = 0
  protected readonly address: number
  protected readonly width: number
  protected readonly height: number
  #pixels: Uint8Array

  constructor(address: number, width: number, height: number) {
    this.address = address
    this.width = width
    this.height = height
    this.#pixels = new Uint8Array(width * height)
  }

  get seen(): LedFrame {
    return { width: this.width, height: this.height, palette: [UNLIT, AMBER], pixels: this.#pixels }
  }

  loseMemory(): void {
    this.#pixels = new Uint8Array(this.width * this.height)
  }

  abstract receive(byte: number): undefined

  /** Shows these dots instead of those before. */
  protected show(lit: readonly (readonly [x: number, y: number])[]): void {
    this.loseMemory()
    for (const [x, y] of lit) this.#pixels[y * this.width + x] = 1
  }
}
