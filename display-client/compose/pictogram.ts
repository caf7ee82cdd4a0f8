import { KINDS } from '../alert/model.ts'
import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Rectangle } from './composition.ts'

/** What pictograms stand for: the kinds of alerts, and the end of one. */
export const PICTOGRAM_NAMES = [...KINDS, 'end'] as const
export type PictogramName = (typeof PICTOGRAM_NAMES)[number]

/** One size of a pictogram for panels of LEDs. */
export interface Pictogram {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** What is lit, from its upper left corner, px. No two overlap. */
  readonly lit: readonly Rectangle[]
}

export interface PictogramFile {
  readonly name: PictogramName
  /** From large to small. */
  readonly sizes: readonly Pictogram[]
}

/** Larger is no pictogram of a LED panel; bounds what a wrong file can ask for, px. */
const LARGEST = 128

/**
 * Reads a pictogram drawn as text: remarks (`//`), `pictogram <name>`, then each size as a block of rows, `#` lit and `.` not,
 * with empty lines between the blocks.
 *
 * @param file name to show in faults; nothing is opened
 */
export function parsePictogram(text: string, file: string): Result<PictogramFile, readonly Fault[]> {
  const faults: Fault[] = []
  const fault = (line: number, message: string): void => {
    faults.push({ file, line, column: 1, path: '', message })
  }
  let name: PictogramName | undefined
  const blocks: { readonly line: number; readonly rows: string[] }[] = []
  let isOpen = false
  for (const [index, raw] of text.split('\n').entries()) {
    const row = raw.trimEnd()
    const line = index + 1
    if (/^[#.]+$/.test(row)) {
      if (!isOpen) blocks.push({ line, rows: [] })
      blocks.at(-1)?.rows.push(row)
      isOpen = true
      continue
    }
    isOpen = false
    const named = /^pictogram (\S+)$/.exec(row)?.[1]
    if (named !== undefined) {
      name = PICTOGRAM_NAMES.find((one) => one === named)
      if (name === undefined) fault(line, `pictogram ${named}: must be one of ${PICTOGRAM_NAMES.join(', ')}`)
    } else if (row !== '' && !row.startsWith('//')) {
      fault(line, 'must be a row of # and ., pictogram <name>, a remark (//) or empty')
    }
  }
  if (blocks.length === 0) fault(0, 'draws nothing; draw at least one size in rows of # and .')
  for (const { line, rows } of blocks) {
    const width = rows[0]?.length ?? 0
    const uneven = rows.findIndex((row) => row.length !== width)
    if (uneven !== -1)
      fault(line + uneven, `is ${rows[uneven]?.length} dots wide and the first row ${width}; make them equal`)
    if (width > LARGEST || rows.length > LARGEST)
      fault(line, `is ${width}x${rows.length} dots; at most ${LARGEST}x${LARGEST} are a pictogram`)
  }
  if (name === undefined && faults.length === 0) fault(0, 'has no line pictogram <name>')
  if (name === undefined || faults.length > 0) return fail(faults)
  const sizes = blocks.map(({ rows }) => pictogramOf(rows)).sort((a, b) => b.height - a.height)
  return ok({ name, sizes })
}

/** As few rectangles as runs of rows allow: what goes on in the row below is one. */
function pictogramOf(rows: readonly string[]): Pictogram {
  const lit: Rectangle[] = []
  rows.forEach((row, y) => {
    for (const { 0: run, index: x } of row.matchAll(/#+/g)) {
      const above = lit.findIndex(
        (one) => one.x === x && one.width === run.length && one.y + one.height === y,
      )
      const upper = lit[above]
      if (upper) lit[above] = { ...upper, height: upper.height + 1 }
      else lit.push({ x, y, width: run.length, height: 1 })
    }
  })
  return { width: rows[0]?.length ?? 0, height: rows.length, lit }
}
