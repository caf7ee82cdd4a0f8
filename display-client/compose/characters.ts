import type { PanelProfile } from '../panel/profile.ts'
import type { Request } from './request.ts'
import { fitSign } from './sign-fit.ts'
import type { Spoken } from './spoken.ts'

type Characters = NonNullable<PanelProfile['characters']>

/** What stands between two facts on a line: clearer where there is room for it. */
function separatorFor(columns: number): string {
  return columns < 24 ? ' ' : columns < WIDE ? '  ' : ' - '
}

/** A line this long holds more than two facts: one for every so many columns. */
const WIDE = 40
const COLUMNS_A_FACT = 18

/** Composes for a sign that takes lines of characters. */
export function composeCharacters(request: Request, characters: Characters): Spoken {
  const { repertoire, capitals, columns, lines, bytes } = characters
  const separator = separatorFor(columns)
  const made = fitSign(request, {
    hand: { target: repertoire, capitals },
    width: cells,
    lineWidth: columns,
    lines,
    gap: separator.length,
    factsPerLine: columns < WIDE ? 2 : Math.floor(columns / COLUMNS_A_FACT),
    ...(bytes === undefined ? {} : { bytes }),
    capHeight: Number.POSITIVE_INFINITY,
  })
  const pages = made.pages.map((page, index) => {
    const texts = page.map(({ runs }) =>
      join(
        runs.map((run) => run.text),
        separator,
      ),
    )
    return { content: { type: 'characters' as const, lines: texts }, texts, units: made.units[index] ?? 0 }
  })
  return { ...made.spoken, language: request.words.language, pages }
}

/** A sentence has its own full stop and needs no mark after it. */
function join(texts: readonly string[], separator: string): string {
  return texts.reduce((line, text) => `${line}${/[.!?]$/.test(line) ? ' ' : separator}${text}`)
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Cells that a text takes: one for each character as a reader sees it. */
function cells(text: string): number {
  return /^[\x20-\x7e\xa0-\u02af]*$/.test(text) ? text.length : Array.from(graphemes.segment(text)).length
}
