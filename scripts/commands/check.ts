import { basename } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { KeyFileSchema, KeyringSchema } from '../../display-client/alert/keyring.ts'
import { type Fault, formatFault, readDocument } from '../../display-client/base/document.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import {
  isFontFile,
  LARGEST_FONT_FILE,
  lacksForDutch,
  readOwnFont,
} from '../../display-client/compose/own-font.ts'
import { TemplateSchema } from '../../display-client/compose/template.ts'
import { ThemeSchema } from '../../display-client/compose/theme.ts'
import { WordsSchema } from '../../display-client/compose/words.ts'
import { PanelProfileSchema } from '../../display-client/panel/profile.ts'
import { loadConfig, themeFault } from '../../display-client/player/config.ts'
import { readToLookAt } from '../issuer/draft.ts'
import { readText } from './input.ts'
import { Mistake, type Terminal } from './terminal.ts'

/** A file that is in order. */
interface Checked {
  /** What it is, for people. */
  readonly what: string
  /** Its content, with defaults filled in and texts cleaned. */
  readonly value: unknown
}

type Check = (file: string, text: string) => Result<Checked, readonly Fault[]>

const document =
  <Schema extends z.ZodType>(what: string, schema: Schema): Check =>
  (file, text) => {
    const read = readDocument(file, text, schema)
    return read.ok ? ok({ what, value: read.value }) : read
  }

/** How each kind of file is checked, by what stands in its `schema`. */
const CHECKS: Readonly<Record<string, Check>> = {
  'kijkuit-alert/1': (file, text) => {
    const read = readToLookAt(file, text, Date.now())
    if (!read.ok) return read
    const { alert, isDraft } = read.value
    const what = `alert ${alert.incident}${isDraft ? '; a draft: publish fills in what is left out' : ` revision ${alert.revision}`}`
    return ok({ what, value: alert })
  },
  'kijkuit-keyring/1': document('keyring', KeyringSchema),
  // The private half is not for printing.
  'kijkuit-key/1': document(
    'private key',
    KeyFileSchema.transform(({ schema, kid }) => ({ schema, kid })),
  ),
  'kijkuit-panel/1': document(
    'panel',
    PanelProfileSchema.superRefine((panel, context) => {
      const message = themeFault(panel)
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['theme'], message })
    }),
  ),
  'kijkuit-template/1': document('template', TemplateSchema),
  'kijkuit-words/1': document('words', WordsSchema),
  'kijkuit-theme/1': document('theme', ThemeSchema),
  'kijkuit-player/1': (file) => {
    const read = loadConfig(file)
    if (!read.ok) return read
    const { brokers, ...config } = read.value
    // Passwords and keys stay where they are.
    const value = { ...config, brokers: brokers.map(({ url, username }) => ({ url, username })) }
    return ok({ what: `player ${config.player} with ${config.panels.length} panels`, value })
  },
}

/** What a font of an owner holds, and what Dutch texts will miss in it. */
function checkFont(file: string, text: string): Result<Checked, readonly Fault[]> {
  const read = readOwnFont({ path: file, text: text.length > LARGEST_FONT_FILE ? undefined : text })
  if (!read.ok) return read
  const { capHeight, height, spacing, glyphs } = read.value
  const missing = lacksForDutch(read.value)
  const holds = `LED font: capitals of ${capHeight} px, a line of ${height} px, ${glyphs.size} characters`
  const lacks = missing.length === 0 ? 'all that Dutch needs' : `Dutch will miss ${missing.join(' ')}`
  const value = { capHeight, height, spacing, characters: [...glyphs.keys()].join(''), missing }
  return ok({ what: `${holds}, ${lacks}`, value })
}

const SchemaName = z.looseObject({
  schema: z.enum(Object.keys(CHECKS), { error: `must be one of ${Object.keys(CHECKS).join(', ')}` }),
})

/** `kijkuit check`: says whether files are in order, and what to do where they are not. */
export function addCheck(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description('check alerts, keyrings, panels, fonts, templates, words, themes and player configurations')
    .argument(
      '<file...>',
      'JSON or YAML, what it is stands in its `schema`; or a LED font, .bdf or .font.txt',
    )
    .option('--json', 'print one line of JSON for each file: its content normalised, or its faults')
    .addHelpText('after', '\nExample:\n  kijkuit check player.yaml scripts/demo/alert.yaml')
    .action((files: readonly string[], options: { readonly json?: true }) => {
      const faulty = files.filter((file) => !checkFile(file, options.json === true, terminal))
      if (faulty.length > 0) throw new Mistake([])
    })
}

/** @returns whether it is in order */
function checkFile(file: string, asJson: boolean, terminal: Terminal): boolean {
  const read = check(file)
  if (asJson) terminal.out(JSON.stringify(read.ok ? read.value.value : { file, faults: read.failure }))
  else if (read.ok) terminal.out(`${file}: ok (${read.value.what})`)
  if (!read.ok && !asJson) for (const fault of read.failure) terminal.err(formatFault(fault))
  return read.ok
}

function check(file: string): Result<Checked, readonly Fault[]> {
  let text: string
  try {
    text = readText(file)
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    return fail([{ file, line: 0, column: 0, path: '', message: error.message.slice(`${file}: `.length) }])
  }
  if (isFontFile(file)) return checkFont(file, text)
  if (/^\s*</.test(text)) {
    const message = `is XML; CAP XML cannot be read yet, so write ${basename(file)} as a kijkuit-alert/1 in JSON or YAML`
    return fail([{ file, line: 0, column: 0, path: '', message }])
  }
  const named = readDocument(file, text, SchemaName)
  if (!named.ok) return named
  const one = CHECKS[named.value.schema]
  if (one === undefined) throw new Error(`no check for ${named.value.schema}`)
  return one(file, text)
}
