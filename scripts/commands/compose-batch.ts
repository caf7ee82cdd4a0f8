import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { type Fault, readDocument } from '../../display-client/base/document.ts'
import type { Result } from '../../display-client/base/result.ts'
import { compose, composeEnd } from '../../display-client/compose/compose.ts'
import type { Composition } from '../../display-client/compose/composition.ts'
import type { Library } from '../../display-client/compose/library.ts'
import { type Panel, PanelProfileSchema } from '../../display-client/panel/profile.ts'
import { readToLookAt } from '../issuer/draft.ts'
import { reasonOf } from './input.ts'
import { readPanel } from './panel-argument.ts'
import { Mistake, type Terminal } from './terminal.ts'

/** One line of a batch (NDJSON). */
const LineSchema = z.strictObject({
  /** A kijkuit-alert/1, or a draft of one. */
  alert: z.looseObject({}),
  /** A preset of `templates/panels`, or a kijkuit-panel/1. */
  panel: z.union([z.string(), z.looseObject({})], {
    error: 'must be the name of a preset, or a panel profile',
  }),
  /** Compose the end card of the alert instead. */
  end: z.boolean().default(false),
})

/** The longest line that is read, characters: an alert with its photo inline is some 100,000. */
const LONGEST_LINE = 1_000_000

/** Lines between two signs of life. */
const STEP = 100

/**
 * Composes every line of a batch as it comes; a line that is wrong gives a record that says so, and the rest goes on.
 *
 * @param file `-` = stdin
 * @throws Mistake at the end, when there were such lines
 */
export async function composeBatch(file: string, library: Library, terminal: Terminal): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const unreadable = new Promise<never>((_, reject) => {
    input.once('error', (error: unknown) =>
      reject(new Mistake(`${file}: ${reasonOf(error)}`, { cause: error })),
    )
  })
  const counts = { lines: 0, wrong: 0 }
  const panels = new Map<string, Panel>()
  const read = async (): Promise<void> => {
    for await (const text of lines) {
      if (terminal.stop.aborted) return
      counts.lines += 1
      if (text.trim() === '') continue
      const made = composeLine(text, library, panels)
      if ('error' in made) counts.wrong += 1
      terminal.out(JSON.stringify({ line: counts.lines, ...made }))
      if (counts.lines % STEP === 0) terminal.progress(`${counts.lines} lines`)
    }
  }
  try {
    await Promise.race([read(), unreadable])
  } finally {
    lines.close()
  }
  if (counts.wrong > 0) {
    throw new Mistake(
      `${file === '-' ? 'stdin' : file}: ${counts.wrong} of ${counts.lines} lines could not be composed; their records have an "error"`,
    )
  }
}

type Made = { readonly composition: Composition } | { readonly error: string }

function composeLine(text: string, library: Library, panels: Map<string, Panel>): Made {
  try {
    if (text.length > LONGEST_LINE) throw new Mistake(`is longer than ${LONGEST_LINE} characters`)
    const line = orWords('line', readDocument('', text, LineSchema))
    const { alert } = orWords('alert', readToLookAt('', JSON.stringify(line.alert), Date.now()))
    const panel = withTheme(withFont(panelOf(line.panel, panels), library), library)
    return { composition: line.end ? composeEnd(alert, panel, library) : compose(alert, panel, library) }
  } catch (error) {
    if (error instanceof Mistake) return { error: error.message.replace(/^--/, '') }
    throw error
  }
}

function panelOf(given: string | object, panels: Map<string, Panel>): Panel {
  if (typeof given !== 'string') {
    return { ...orWords('panel', readDocument('', JSON.stringify(given), PanelProfileSchema)), id: 'panel' }
  }
  // A batch may come from anywhere: it names presets and no files of this machine.
  if (!/^[a-z0-9][a-z0-9-]*$/.test(given)) throw new Mistake(`panel ${given}: must be the name of a preset`)
  const panel = panels.get(given) ?? readPanel(given)
  panels.set(given, panel)
  return panel
}

/** A batch may come from anywhere: the types of its panels are those that ship with Kijkuit. */
function withFont(panel: Panel, { bitmaps }: Library): Panel {
  const font = panel.pixels?.font ?? 'led'
  const names = ['outline', 'led', ...bitmaps.map(({ name }) => name)]
  if (names.includes(font)) return panel
  throw new Mistake(`panel: pixels.font: must be one of ${names.join(', ')} in a batch`)
}

/** @throws Mistake for a theme that there is not */
function withTheme(panel: Panel, { themes }: Library): Panel {
  if (panel.theme === undefined || themes.has(panel.theme)) return panel
  throw new Mistake(`panel: theme: must be one of ${[...themes.keys()].join(', ')}`)
}

function orWords<Value>(what: string, read: Result<Value, readonly Fault[]>): Value {
  if (read.ok) return read.value
  // The line within a line says nothing; the path does.
  throw new Mistake(
    read.failure
      .map(({ path, message }) => `${what}: ${path === '' ? '' : `${path}: `}${message}`)
      .join('; '),
  )
}
