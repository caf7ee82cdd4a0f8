import { describe, expect, it } from 'vitest'
import type { PixelContent, TextBox } from '../compose/composition.ts'
import { coveredLine, coversOf, samplesOf } from './screenshot-cover.ts'

const letters = (fact: string, x: number): TextBox => ({
  ...{ type: 'text', text: 'Aa', language: 'nl', font: 'outline', weight: 400, colour: '#ffffff' },
  ...{ size: 20, width: 30, baseline: 50, x, fact },
})

describe('what is covered', () => {
  it('is every photo and every text but those that are known to be about nobody', () => {
    const photo = { type: 'photo', x: 0.5, y: 10, width: 40, height: 30, sha256: 'a'.repeat(64) } as const
    const crop = { x: 0, y: 0, width: 4, height: 3 }
    const boxes = [
      { ...photo, photo: { width: 4, height: 3 }, crop },
      { type: 'fill', x: 0, y: 0, width: 9, height: 9, colour: '#ff0000' } as const,
      ...['kind', 'banner', 'call', 'source', 'thanks'].map((fact) => letters(fact, 100)),
      ...['child', 'a-fact-that-an-owner-made-up'].map((fact) => letters(fact, 200)),
    ]
    const text = { x: 196, y: 26, width: 39, height: 34 }
    expect(coversOf({ boxes })).toEqual([{ x: -1, y: 9, width: 43, height: 32 }, text, text])
  })
})

describe('a line of a sign of characters', () => {
  it.each([
    ['AMBER ALERT - Zoë (8) - Bel 112', ['AMBER ALERT', 'Bel 112'], 'AMBER ALERT # ### ### # Bel 112'],
    ['Volvo V60', [], '##### ###'],
    ['Bel 1123', ['Bel 112'], '### ####'],
    ['Xbel 112', ['bel 112'], '#### ###'],
    ['👧 112', ['112'], '# 112'],
    ['', ['', 'x'], ''],
  ])('%j keeps %j and becomes %j', (line, neutral, covered) => {
    expect(coveredLine(line, neutral)).toBe(covered)
  })
})

describe('the points by which a picture is known', () => {
  const content: PixelContent = {
    ...{ type: 'pixels', width: 120, height: 60, background: '#0e1116' },
    boxes: [{ type: 'fill', x: 0, y: 0, width: 120, height: 20, colour: '#ffb000' }, letters('kind', 5)],
  }

  it('are of every colour, inside the page, and under nothing else', () => {
    const samples = samplesOf(content)
    expect(new Set(samples.map(({ colour }) => colour))).toEqual(new Set(['#0e1116', '#ffb000']))
    for (const { x, y, colour } of samples) {
      expect(colour).toBe(y < 20 ? '#ffb000' : '#0e1116')
      expect(x < 1 || x >= 40 || y < 26 || y >= 60, `${x},${y}`).toBe(true)
    }
    expect(samples.length).toBeGreaterThan(150)
  })
})
