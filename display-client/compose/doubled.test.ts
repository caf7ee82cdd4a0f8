import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatFault } from '../base/document.ts'
import { paintFrame } from '../paint/led-frame.ts'
import { type BitmapFont, parseFont } from './bitmap-font.ts'
import type { PixelContent } from './composition.ts'
import { doubled } from './doubled.ts'

function typeOf(name: string): BitmapFont {
  const file = new URL(`fonts/${name}.font.txt`, import.meta.url)
  const read = parseFont(readFileSync(file, 'utf8'), name)
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

const font = typeOf('led-14')
const large = doubled(font)

function painted(name: string, width: number, height: number, baseline: number): Uint8Array {
  const text = 'ÉgjQ8'
  const content: PixelContent = {
    ...{ type: 'pixels', width, height, background: '#000000' },
    boxes: [
      {
        ...{ type: 'text', x: 0, baseline, width, text, language: 'nl', font: name, weight: 400 },
        ...{ size: height, colour: '#ffffff', fact: 'kind' },
      },
    ],
  }
  return paintFrame(content, 'mono', [font, large]).pixels
}

describe('a doubled type', () => {
  it('lights four dots for each dot of the other', () => {
    const width = font.advance('ÉgjQ8')
    const small = painted('led-14', width, font.height, font.ascent)
    const big = painted('led-14x2', 2 * width, large.height, large.ascent)
    expect(small.some((dot) => dot > 0)).toBe(true)
    big.forEach((dot, at) => {
      const [x, y] = [at % (2 * width), Math.floor(at / (2 * width))]
      if (dot !== small[Math.floor(y / 2) * width + Math.floor(x / 2)]) throw new Error(`dot ${x}, ${y}`)
    })
  })

  it('has not what would be wider than a row can hold', () => {
    const wide = typeOf('led-18')
    expect([wide.has('W'), doubled(wide).has('W'), doubled(wide).has('a')]).toEqual([true, false, true])
  })
})
