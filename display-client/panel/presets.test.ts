import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatFault, readDocument } from '../base/document.ts'
import { letterHeights, mostPages, viewingTime } from './legibility.ts'
import { type PanelProfile, PanelProfileSchema } from './profile.ts'

const folder = new URL('../../templates/panels/', import.meta.url)
const files = readdirSync(folder)

/** Capital heights of the LED types in compose/fonts, px. */
const LED_CAPITALS = [7, 9, 11, 14, 18]

function load(file: string): PanelProfile {
  const read = readDocument(file, readFileSync(new URL(file, folder), 'utf8'), PanelProfileSchema)
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

describe.each(files)('the preset %s', (file) => {
  it('is a YAML file with the source of its sizes on its first line, and a valid profile', () => {
    expect(file).toMatch(/^[a-z0-9-]+\.yaml$/)
    expect(readFileSync(new URL(file, folder), 'utf8')).toMatch(/^# \S/)
    expect(load(file).schema).toBe('kijkuit-panel/1')
  })

  it('allows no community messages and no tests unless its owner says so', () => {
    const { kinds, tests } = load(file)
    expect(kinds).not.toContain('community')
    expect(kinds).not.toContain('drill')
    expect(tests).toBe(false)
  })

  it('shows missing persons only where it is a matrix or a sign of characters', () => {
    const { pixels, characters, kinds } = load(file)
    if (characters || pixels?.font === 'led')
      expect(kinds).toEqual(['amber', 'missing-child', 'missing-person'])
    else expect(kinds).toContain('public-warning')
  })

  it('can be read: its farthest reader needs letters that it can draw', () => {
    const panel = load(file)
    if (panel.pixels === undefined) return
    const { floor } = letterHeights(panel)
    if (panel.pixels.font === 'led') {
      expect(
        LED_CAPITALS.filter((height) => height >= floor && height + 2 <= (panel.pixels?.height ?? 0)),
      ).not.toEqual([])
    } else {
      // Two lines at 1.5 times the size of the smallest capitals, in the shorter side.
      expect(3 * 1.4 * floor).toBeLessThan(Math.min(panel.pixels.width, panel.pixels.height))
    }
  })

  it('gives drivers the time for one unit of information at least, in at most two phases', () => {
    const panel = load(file)
    if (panel.trafficSpeed === 0) return
    expect(mostPages(panel)).toBe(2)
    const { width = 0, height = 0 } = panel.pixels ?? {}
    // AMBER takes some 4 x its letter height in width, and a line 1.6 x in height.
    const drawn = [...LED_CAPITALS, 20, 28].filter((one) => 4 * one <= width && 1.6 * one <= height)
    const largest = panel.pixels === undefined ? Number.POSITIVE_INFINITY : Math.max(...drawn)
    expect(viewingTime(panel, largest)).toBeGreaterThanOrEqual(2_000)
  })
})

describe('the presets', () => {
  it('cover every panel that the design names', () => {
    for (const name of [
      'station-landscape',
      'station-portrait',
      'transit-bar',
      'atm',
      'atm-1280x1024',
      'drip-192x128',
      'text-car-112x80',
      'trailer-80x80',
      'character-3x16',
      'ticker-1x20',
      'stop-board-90',
    ]) {
      expect(files).toContain(`${name}.yaml`)
    }
  })

  it('have a title each of their own', () => {
    const titles = files.map((file) => load(file).title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('name no sign: that is for whoever has one, and so is a protocol that would speak to many', () => {
    const outputs = files.flatMap((file) => load(file).output ?? [])
    expect(new Set(outputs.map(({ protocol }) => protocol))).toEqual(
      new Set(['alpha', 'ibis', 'hanover', 'mobitec']),
    )
    expect(outputs.filter((output) => 'connection' in output)).toEqual([])
  })

  it('put ATMs under the idle rule, and nothing else', () => {
    expect(files.filter((file) => load(file).onlyIdle)).toEqual(
      files.filter((file) => file.startsWith('atm')),
    )
  })
})
