import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPanel } from '../../scripts/commands/panel-argument.ts'
import { readToLookAt } from '../../scripts/issuer/draft.ts'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { compose } from './compose.ts'

/** What templates/README.md says that a weight does is what it does. */

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

const root = new URL('../../', import.meta.url)
const text = (file: string): string => readFileSync(new URL(file, root), 'utf8')

const draft = readToLookAt('alert.yaml', text('scripts/demo/alert.yaml'), Date.UTC(2026, 10, 22, 13))
if (!draft.ok) throw new Error(draft.failure.map(formatFault).join('\n'))
const { alert } = draft.value

const EXAMPLE = /<!-- example: (\S+?)(?:, (\S+)( drivers)? (\d+))? -->\n```\n([^`]*)\n```/g
const examples = Array.from(text('templates/README.md').matchAll(EXAMPLE), (match) => match.slice(1))

describe('templates/README.md', () => {
  it('has examples', () => expect(examples).toHaveLength(4))

  it.each(examples)('%s, with %s%s %s', (panel, fact, drivers, weight, shown) => {
    const template = library.templates.get('amber')
    if (template === undefined || panel === undefined) throw new Error('no template')
    const facts = template.facts.map((one) => {
      if (one.fact !== fact) return one
      return drivers === undefined
        ? { ...one, weight: Number(weight) }
        : { ...one, drivers: { weight: Number(weight), keep: false } }
    })
    const templates = new Map([...library.templates, ['amber', { ...template, facts }] as const])
    const { pages } = compose(alert, readPanel(panel), { ...library, templates })
    const lines = pages.flatMap(({ content }) =>
      content.type === 'characters'
        ? content.lines
        : content.boxes.flatMap((box) => (box.type === 'text' ? [box.text] : [])),
    )
    expect(lines.join('\n')).toBe(shown)
  })
})
