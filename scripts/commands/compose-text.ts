import {
  type Composition,
  type CompositionPage,
  DROP_REASONS,
  type DropReason,
  type TextBox,
} from '../../display-client/compose/composition.ts'
import type { LedFrame } from '../../display-client/paint/led-frame.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { blockRows } from './blocks.ts'

/** A composition in words, for who must judge it without knowing how it was made. */
export interface Description {
  readonly panel: Panel
  readonly composition: Composition
  /** What each fact of the alert says in full. */
  readonly sayings: ReadonlyMap<string, string>
  /** The dots of each page; none for a screen. */
  readonly frames: readonly LedFrame[]
  /** Whether the terminal has colours. */
  readonly colours: boolean
  /** Height of a capital of the type of screens, as a share of its size. */
  readonly capHeight: number
}

export function describe(description: Description): string {
  const { panel, composition, frames, colours } = description
  const pages = composition.pages.map((page, index) => {
    const heading = `${panel.title}, page ${index + 1} of ${composition.pages.length} (${stay(page)})`
    const picture = pageText(page, description, frames[index], colours)
    return `${heading}\n${picture}\n`
  })
  return [...pages, summary(description)].join('\n')
}

function stay({ dwell, content }: CompositionPage): string {
  const runs = content.type === 'characters' && content.scroll !== undefined
  return runs ? `runs by in ${seconds(dwell)}, ${content.scroll} characters a second` : seconds(dwell)
}

function pageText(
  { content }: CompositionPage,
  { panel, capHeight }: Description,
  frame: LedFrame | undefined,
  colours: boolean,
): string {
  if (content.type === 'characters') {
    const { lines = 0, columns = 0 } = panel.characters ?? {}
    // The sign is a window on a line that runs by.
    if (content.scroll !== undefined)
      return `${framed([content.lines[0]?.slice(0, columns) ?? ''], columns)}\n${content.lines[0]}`
    return framed(
      Array.from({ length: lines }, (_, row) => (content.lines[row] ?? '').padEnd(columns)),
      columns,
    )
  }
  if (frame !== undefined) {
    const texts = content.boxes.flatMap((box) =>
      box.type === 'text'
        ? [box.text]
        : box.type === 'photo'
          ? [`photo of ${box.width} x ${box.height} dots`]
          : [],
    )
    return `${framed(blockRows(frame, colours), frame.width)}\n${texts.join(' / ')}`
  }
  const photos = content.boxes.filter((box) => box.type === 'photo')
  const pitch = panel.pixels?.pitch ?? 0
  return [
    ...photos.map(({ width, height }) => `  photo    ${width} x ${height} px`),
    ...runsOf(content.boxes.filter((box) => box.type === 'text')).map(
      ({ fact, text, size }) =>
        `  ${fact.padEnd(8)} ${text}   (letters of ${Math.round(size * capHeight * pitch)} mm)`,
    ),
  ].join('\n')
}

/** The lines of one fact, one after the other, are one text. */
function runsOf(boxes: readonly TextBox[]): readonly { fact: string; text: string; size: number }[] {
  const runs: { fact: string; text: string; size: number }[] = []
  for (const { fact, text, size } of boxes) {
    const last = runs.at(-1)
    if (last?.fact === fact && last.size === size) last.text += ` ${text}`
    else runs.push({ fact, text, size })
  }
  return runs
}

/** Rows of equal width, as they stand on a sign, with its edge. */
function framed(rows: readonly string[], width: number): string {
  const edge = '─'.repeat(width)
  return [`┌${edge}┐`, ...rows.map((row) => `│${row}│`), `└${edge}┘`].join('\n')
}

function summary({ composition, sayings }: Description): string {
  const { dropped, cannotFit, substitutions, reading, optimal, pages } = composition
  const { needed, available } = reading
  const reasons = Object.keys(DROP_REASONS) as DropReason[]
  const leftOut = reasons.flatMap((reason) => {
    const facts = dropped.filter((one) => one.reason === reason).map((one) => one.fact)
    const lines = facts.map((fact) => `  ${fact.padEnd(10)} ${sayings.get(fact) ?? ''}`.trimEnd())
    return facts.length > 0 ? [`left out, because ${DROP_REASONS[reason]}:`, ...lines] : []
  })
  const once = `${seconds(needed)} to read ${pages.length > 1 ? 'all pages' : 'it'} once`
  return [
    ...(cannotFit.length > 0
      ? [`NOT SHOWN, although the message is worth little without: ${cannotFit.join(', ')}`]
      : []),
    ...leftOut,
    ...(substitutions.length > 0
      ? [
          `written otherwise, because the panel has not these characters: ${substitutions.map(({ from, to }) => `${visible(from)} as ${to || 'nothing'}`).join(', ')}`,
        ]
      : []),
    `reading time: ${once}${available === null ? '; readers have as long as they like' : `, of the ${seconds(available)} that a driver has`}`,
    optimal
      ? 'no other choice of wordings would say more on this panel'
      : 'another choice of wordings might say more on this panel: the search was cut short',
  ].join('\n')
}

/** A joiner or a lone mark cannot be seen: its code. */
function visible(character: string): string {
  if (/[^\p{M}\p{Default_Ignorable_Code_Point}\p{Z}]/u.test(character)) return character
  return Array.from(
    character,
    (one) => `U+${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`,
  ).join(' ')
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`
}
