import { formatFault } from '../base/document.ts'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import { readCellFont } from '../paint/character-sign.ts'
import { MULTI_DEFAULTS, type MultiSign } from '../paint/multi-sign.ts'
import type { TagName } from '../paint/multi-tags.ts'
import type { Panel } from '../panel/profile.ts'

/** Every tag of NTCIP 1203. */
const EVERY_TAG: ReadonlySet<TagName> = new Set([
  ...([
    'cb',
    'cf',
    'cr',
    'f',
    'fl',
    'fo',
    'g',
    'hc',
    'jl',
    'jp',
    'ms',
    'mv',
    'nl',
    'np',
    'pb',
    'pt',
    'sc',
  ] as const),
  'tr',
])

/** A sign as its panel says, with our types as its fonts 1, 2, 3 and on in the order given. */
export async function signOf(panel: Panel, fonts: readonly BitmapFont[]): Promise<MultiSign> {
  const { pixels, characters, pages } = panel
  const common = {
    tags: EVERY_TAG,
    pages,
    bytes: 1_500,
    fields: new Map<number, string>(),
    defaults: MULTI_DEFAULTS,
  }
  if (pixels) {
    const numbered = new Map(fonts.map((font, index) => [index + 1, { font }]))
    const { width, height, colours } = pixels
    return { ...common, width, height, colours, cell: { width: 0, height: 0 }, fonts: numbered }
  }
  if (!characters) throw new Error('a panel of nothing')
  const read = await readCellFont()
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  const font = read.value
  const cell = {
    width: Math.max(...Array.from(font.glyphs.values(), (glyph) => glyph.advance)),
    height: font.height,
  }
  const { columns, lines } = characters
  const size = { width: columns * cell.width, height: lines * cell.height }
  return { ...common, ...size, cell, colours: 'amber', fonts: new Map([[1, { font }]]) }
}
