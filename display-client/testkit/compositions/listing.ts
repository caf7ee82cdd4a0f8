import type { Box, Composition, CompositionPage } from '../../compose/composition.ts'
import type { Panel } from '../../panel/profile.ts'

/** A composition as a few lines that a person can compare: lines of a sign, boxes of a screen, and what is not shown. */
export function listing(composition: Composition, panel: Panel): string {
  const { pages, dropped, cannotFit, languages } = composition
  const head = `== ${panel.id}, ${sizeOf(panel)}, ${languages.join(' and ')}`
  const shown = pages.map((page, index) =>
    `${index + 1}. ${page.dwell / 1_000} s\n${pageListing(page)}`.trimEnd(),
  )
  const missing = dropped.map(({ fact, reason }) => `${fact} (${reason})`)
  return [
    head,
    ...shown,
    ...(missing.length > 0 ? [`not shown: ${missing.join(', ')}`] : []),
    ...(cannotFit.length > 0 ? [`CANNOT FIT: ${cannotFit.join(', ')}`] : []),
    '',
  ].join('\n')
}

function sizeOf({ characters, pixels }: Panel): string {
  if (characters) return `${characters.lines} lines of ${characters.columns}`
  return `${pixels?.width}x${pixels?.height} px`
}

function pageListing({ content }: CompositionPage): string {
  if (content.type === 'characters') return content.lines.map((line) => `   |${line}|\n`).join('')
  return content.boxes.map((box) => `   ${boxListing(box)}\n`).join('')
}

/** Text: left edge and baseline, size, what it says. Others: left and top edge, size. */
function boxListing(box: Box): string {
  if (box.type !== 'text') {
    const what = box.type === 'fill' ? box.colour : 'photo'
    return `${`${box.x},${box.y}`.padEnd(10)} ${what} ${box.width}x${box.height}`
  }
  const type = `${box.size}${box.weight === 700 ? ' bold' : ''}`
  return `${`${box.x},${box.baseline}`.padEnd(10)} ${type.padEnd(8)} ${box.fact.padEnd(8)} ${box.text}`
}
