import { describe, expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { allPresets, preset, runningText as running, sign } from '../testkit/panels.ts'
import { compose } from './compose.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value
const presets = allPresets()

/** Names that a panel cannot write, or that are disguised: whole or not at all. */

const amber = amberAlert({ call: ['112', '0800-6070'] })

describe.each([
  ['Arabic', 'محمد الأحمد'],
  ['Hebrew', 'דוד כהן'],
  ['Chinese', '王小明'],
  ['two scripts', 'Layla ليلى'],
])('of a name in %s', (_, name) => {
  const alert = { ...amber, subject: { name, age: 9, sex: 'female' as const } }

  test.each(presets.map((panel) => [panel.id, panel] as const))(
    'on %s nothing of it is shown, and the child is said in words that can be read',
    (_id, panel) => {
      const composition = compose(alert, panel, library)
      const all = running(composition)
      for (const part of name.split(' ')) expect(all).not.toContain(part)
      expect(all.replaceAll('Gezien?', '').replaceAll('GEZIEN?', '')).not.toContain('?')
      if (panel.trafficSpeed === 0 && composition.chosen.some((one) => one.fact === 'child')) {
        expect(all).toMatch(/meisje/i)
      }
    },
  )
})

test('that only disguise a name are gone, and its marks are kept or folded', () => {
  const name = 'Zoe\u0308 \u202eel-S\u0327ahin\u202c \u{1f600}Łukasz\u200b'
  const alert = amberAlert({ subject: { name, age: 9, sex: 'female' } })
  expect(running(compose(alert, preset('station-landscape'), library))).toContain('Zoë el-Şahin Łukasz')
  const { substitutions, chosen } = compose(alert, sign(4, 40), library)
  expect(chosen.find((one) => one.fact === 'child')?.text).toContain('Zoe el-Sahin Lukasz')
  expect(substitutions).toEqual(
    expect.arrayContaining([
      { from: 'ë', to: 'e' },
      { from: 'Ş', to: 'S' },
      { from: 'Ł', to: 'L' },
      { from: '\u{1f600}', to: '' },
    ]),
  )
})
