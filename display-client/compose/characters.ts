import { longestRunning, passTime, RUNNING_TEXT, runningSpeed } from '../panel/legibility.ts'
import type { PanelProfile } from '../panel/profile.ts'
import type { Request } from './request.ts'
import { fitSign } from './sign-fit.ts'
import { scriptOf } from './sign-script.ts'
import type { Spoken } from './spoken.ts'

type Characters = NonNullable<PanelProfile['characters']>

/** What stands between two facts on a line: clearer where there is room for it. */
function separatorFor(columns: number): string {
  return columns < 24 ? ' ' : columns < WIDE ? '  ' : ' - '
}

/** A line this long holds more than two facts: one for every so many columns. */
const WIDE = 40
const COLUMNS_A_FACT = 18
/** Between two facts that run by. */
const RUNNING_SEPARATOR = ' - '

/** Composes for a sign that takes lines of characters. */
export function composeCharacters(request: Request, characters: Characters): Spoken {
  const standing = composeStanding(request, characters)
  if (characters.scroll === undefined) return standing
  const running = composeRunning(request, characters, characters.scroll)
  return running !== undefined && isWorthRunning(running, standing) ? running : standing
}

/** Pages that stand still are read at the reader's own pace, and so go before a line that runs unless that says much more. */
function isWorthRunning(running: Spoken, standing: Spoken): boolean {
  const missing = running.cannotFit.length - standing.cannotFit.length
  if (missing !== 0) return missing < 0
  const [ours, theirs] = [running, standing].map(isByIssuer)
  if (ours !== theirs) return ours === true
  // What the issuer wrote has no weights: the longer says more.
  const [more, less] = [running, standing].map((one) => (ours ? lengthOf(one) : one.utility)) as [
    number,
    number,
  ]
  return more * 100 >= less * (100 + RUNNING_TEXT.gain)
}

function isByIssuer({ chosen }: Spoken): boolean {
  return chosen.some((one) => one.wording === -1)
}

function lengthOf({ chosen }: Spoken): number {
  return chosen.reduce((sum, one) => sum + cells(one.text), 0)
}

function composeStanding(request: Request, characters: Characters): Spoken {
  const { columns, lines } = characters
  return compose(request, characters, columns, lines, separatorFor(columns))
}

/** One line that runs by; undefined when the sign is too small for that, or when the line can stand. */
function composeRunning(request: Request, characters: Characters, device: number): Spoken | undefined {
  const { columns } = characters
  const speed = runningSpeed(columns, device)
  const longest = longestRunning(columns, speed)
  if (longest <= columns) return undefined
  const made = compose({ ...request, pages: 1 }, characters, longest, 1, RUNNING_SEPARATOR)
  const length = Math.max(0, ...made.pages.flatMap(({ texts }) => texts.map(cells)))
  if (length <= columns) return undefined
  const pass = passTime(length, columns, speed)
  const pages = made.pages.map((page) => ({ ...page, pass, content: { ...page.content, scroll: speed } }))
  return { ...made, pages }
}

function compose(
  request: Request,
  { repertoire, capitals, bytes }: Characters,
  lineWidth: number,
  lines: number,
  separator: string,
): Spoken {
  const made = fitSign(request, {
    script: scriptOf(request, { target: repertoire, capitals }),
    width: cells,
    lineWidth,
    lines,
    gap: separator.length,
    factsPerLine: lineWidth < WIDE ? 2 : Math.floor(lineWidth / COLUMNS_A_FACT),
    ...(bytes === undefined ? {} : { bytes }),
    capHeight: Number.POSITIVE_INFINITY,
  })
  const pages = made.pages.map((page, index) => {
    const texts = page.map(({ runs }) =>
      join(
        runs.map((run) => run.text),
        separator,
        Object.values(request.words.abbreviations),
      ),
    )
    return { content: { type: 'characters' as const, lines: texts }, texts, units: made.units[index] ?? 0 }
  })
  return { ...made.spoken, language: request.words.language, pages }
}

/** A sentence has its own full stop and needs no mark after it; an abbreviation has one too, and is no sentence. */
function join(texts: readonly string[], separator: string, abbreviations: readonly string[]): string {
  const ends = (text: string): boolean => /[.!?]$/.test(text) && !abbreviations.includes(lastWord(text))
  return texts.reduce((line, text) => `${line}${ends(line) ? ' ' : separator}${text}`)
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1)
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Cells that a text takes: one for each character as a reader sees it. */
function cells(text: string): number {
  return /^[\x20-\x7e\xa0-\u02af]*$/.test(text) ? text.length : Array.from(graphemes.segment(text)).length
}
