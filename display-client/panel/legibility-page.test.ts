import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as rules from './legibility.ts'

/** docs/legibility.md and the rules in force cannot differ. */

const page = readFileSync(new URL('../../docs/legibility.md', import.meta.url), 'utf8')

/** The rows of the tables whose first column has this name. */
function table(heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n')
  const rows: string[][] = []
  lines.forEach((line, start) => {
    if (!line.startsWith(`| ${heading} |`)) return
    for (const row of lines.slice(start + 2)) {
      if (!row.startsWith('|')) break
      rows.push(
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
    }
  })
  return rows
}

/** Every number that the module exports, by its name. */
const constants = new Map(
  Object.entries(rules).flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[name, value]]
    if (typeof value !== 'object') return []
    return Object.entries(value).map(([key, one]) => [`${name}.${key}`, one as number])
  }),
)

const panel = (changes: Partial<rules.Viewing>, pitch = 10): rules.Viewing => ({
  pixels: { width: 1_000, height: 1_000, pitch, colours: 'rgb', font: 'led' },
  viewingDistance: 10,
  trafficSpeed: 0,
  pages: 4,
  ...changes,
})

describe('docs/legibility.md', () => {
  it('names every constant once, with its value, and no other', () => {
    const written = table('constant').map(([name = '', value]) => [name.replaceAll('`', ''), value])
    const inForce = [...constants].map(([name, value]) => [name, String(Math.round(value * 10) / 10)])
    expect(written.toSorted()).toEqual(inForce.toSorted())
  })

  it('gives a source for every rule', () => {
    for (const [name, , unit, rule, source] of table('constant')) {
      for (const cell of [unit, rule, source]) expect(cell, name).not.toBe('')
    }
  })

  it.each(table('pitch, mm'))(
    'letters at a pitch of %s mm from %s m',
    (pitch, distance, floor, preferred) => {
      const viewing = panel({ viewingDistance: Number(distance) }, Number(pitch))
      expect(rules.letterHeights(viewing)).toEqual({ floor: Number(floor), preferred: Number(preferred) })
    },
  )

  it.each(table('letters, mm'))(
    'letters of %s mm seen from %s m at %s km/h',
    (letters, distance, speed, time, units) => {
      const viewing = panel({ viewingDistance: Number(distance), trafficSpeed: Number(speed) })
      const available = rules.viewingTime(viewing, Number(letters) / 10) ?? 0
      expect((Math.floor(available / 100) / 10).toFixed(1)).toBe(time)
      const byTime = Math.floor(available / rules.DRIVER_RULES.unit)
      expect(Math.min(byTime, rules.mostUnitsInMessage(viewing))).toBe(Number(units))
    },
  )

  it.each(table('sign, cells'))(
    'a line on %s cells of a sign that runs at %s',
    (cells, device, speed, longest) => {
      const runs = rules.runningSpeed(Number(cells), Number(device))
      expect([runs, rules.longestRunning(Number(cells), runs)]).toEqual([Number(speed), Number(longest)])
    },
  )
})
