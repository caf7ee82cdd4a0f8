import { KINDS, type Kind } from '../alert/model.ts'
import { type Fault, readDocument } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { PanelFormat } from '../panel/profile.ts'
import { type BitmapFont, parseFont } from './bitmap-font.ts'
import { doubled } from './doubled.ts'
import { type OutlineFiles, outlineTypeface, type Typeface } from './measure.ts'
import { fileName, isFontFile, type OwnFontFile, readOwnFont } from './own-font.ts'
import { type Pictogram, type PictogramName, parsePictogram } from './pictogram.ts'
import { type Template, TemplateSchema } from './template.ts'
import { type Theme, ThemeSchema } from './theme.ts'
import { type Words, WordsSchema } from './words.ts'

/** Everything that composing needs beside the alert and the panel. */
export interface Library {
  readonly templates: ReadonlyMap<Kind, Template>
  /** By language. */
  readonly words: ReadonlyMap<string, Words>
  /** By name. */
  readonly themes: ReadonlyMap<string, Theme>
  /** The type of screens. */
  readonly outline: Typeface
  /** The types that the composer chooses of for LED panels, from small to large; of two of one size the heavier first. */
  readonly bitmaps: readonly BitmapFont[]
  /** Types of owners, which only panels that name them are given; each goes by the name of its file. */
  readonly own: readonly BitmapFont[]
  /** For LED panels, from large to small. */
  readonly pictograms: ReadonlyMap<PictogramName, readonly Pictogram[]>
}

/** The type that a panel names: `led-9`, or the path of a file. @throws Error for a library that was made without it */
export function fontNamed(library: Library, name: string): BitmapFont {
  const font = allFonts(library).find((one) => one.name === fileName(name))
  if (font === undefined)
    throw new Error(`a library without the font ${name}: readLibrary must be told what panels name`)
  return font
}

/** The theme of a panel. @throws Error for a library that was made without it */
export function themeOf({ themes }: Pick<Library, 'themes'>, { theme }: Pick<PanelFormat, 'theme'>): Theme {
  const found = themes.get(theme ?? USUAL_THEME)
  if (found === undefined)
    throw new Error(`a library without the theme ${theme}: readLibrary must be told what panels name`)
  return found
}

/** Every type of dots, to paint with. */
export function allFonts({ bitmaps, own }: Library): readonly BitmapFont[] {
  return [...bitmaps, ...own]
}

/** A file as it was read; its path tells what it is. */
export type LibraryFile = { readonly path: string } & (
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The theme of panels that name none. */
const USUAL_THEME = 'kijkuit'

/** What panels name of a library. */
export interface Needs {
  /** `pixels.font` of each. */
  readonly fonts: readonly string[]
  readonly themes: readonly string[]
}

/** Whether any of these panels (their `pixels.font`; absent = any) is composed in a LED type that ships with Kijkuit. */
export function wantsLedTypes(named?: readonly string[]): boolean {
  return named === undefined || named.some((name) => name !== 'outline' && !isFontFile(name))
}

/**
 * Makes a library of files, all checked.
 *
 * Known are `alerts/<kind>.yaml`, `words/<language>.yaml` and `themes/<name>.yaml` (as text), `<name>.font.txt` and
 * `<name>.pictogram.txt` (as text) and the outline type, `…-<subset>-<weight>-normal.woff` (as bytes). Anything else is passed over.
 *
 * @param needs of the panels to compose for; absent = any
 * @param ownFiles the font files among what they need
 */
export function buildLibrary(
  files: readonly LibraryFile[],
  needs?: Needs,
  ownFiles: readonly OwnFontFile[] = [],
): Result<Library, readonly Fault[]> {
  const faults: Fault[] = []
  const keep = <Value>(read: Result<Value, readonly Fault[]>): Value | undefined => {
    if (read.ok) return read.value
    faults.push(...read.failure)
    return undefined
  }
  const absent = (file: string, message: string): void => {
    faults.push({ file, line: 0, column: 0, path: '', message })
  }
  const templates = new Map<Kind, Template>()
  const words = new Map<string, Words>()
  const themes = new Map<string, Theme>()
  const bitmaps: BitmapFont[] = []
  const pictograms = new Map<PictogramName, readonly Pictogram[]>()
  for (const file of files) {
    if (!('text' in file)) continue
    const path = file.path.replaceAll('\\', '/')
    if (/(^|\/)alerts\/[^/]+\.yaml$/.test(path)) {
      const template = keep(readDocument(path, file.text, TemplateSchema))
      if (template) templates.set(template.kind, template)
    } else if (/(^|\/)words\/[^/]+\.yaml$/.test(path)) {
      const list = keep(readDocument(path, file.text, WordsSchema))
      if (list) words.set(list.language, list)
    } else if (/(^|\/)themes\/[^/]+\.yaml$/.test(path)) {
      const theme = keep(readDocument(path, file.text, ThemeSchema))
      if (theme) themes.set(fileName(path).slice(0, -'.yaml'.length), theme)
    } else if (path.endsWith('.font.txt')) {
      const font = keep(parseFont(file.text, path))
      if (font) bitmaps.push(font)
    } else if (path.endsWith('.pictogram.txt')) {
      const pictogram = keep(parsePictogram(file.text, path))
      if (pictogram) pictograms.set(pictogram.name, pictogram.sizes)
    }
  }
  bitmaps.sort(bySize)
  const own = ownFiles.flatMap((file) => keep(readOwnFont(file)) ?? [])
  for (const [index, { path }] of ownFiles.entries()) {
    const other = ownFiles.findIndex((one) => fileName(one.path) === fileName(path))
    if (other < index) absent(path, `has the name of ${ownFiles[other]?.path}; rename one of the two`)
  }
  const outline = keep(outlineTypeface(outlineFiles(files)))
  // What is faulty is also absent; only the fault itself helps.
  if (faults.length > 0) return fail(faults)
  for (const kind of KINDS) {
    if (!templates.has(kind))
      absent(`templates/alerts/${kind}.yaml`, 'is missing; every kind of alert needs a template')
  }
  for (const template of templates.values()) {
    for (const language of new Set(template.facts.flatMap((fact) => Object.keys(fact.wordings)))) {
      if (words.has(language)) continue
      absent(
        `templates/words/${language}.yaml`,
        `is missing, and the template for ${template.kind} has wordings in ${language}`,
      )
    }
  }
  for (const name of new Set([USUAL_THEME, ...(needs?.themes ?? [])])) {
    if (themes.has(name)) continue
    const fix =
      name === USUAL_THEME ? '' : `; a panel names it, and there are ${[...themes.keys()].sort().join(', ')}`
    absent(`templates/themes/${name}.yaml`, `is missing${fix}`)
  }
  if (bitmaps.length === 0 && wantsLedTypes(needs?.fonts))
    absent('display-client/compose/fonts', 'has no LED font (*.font.txt)')
  for (const name of needs?.fonts ?? []) {
    if (name === 'outline' || name === 'led' || isFontFile(name) || bitmaps.some((one) => one.name === name))
      continue
    const names = bitmaps.map((one) => one.name).join(', ')
    absent(`pixels.font ${name}`, `is no LED type; there are ${names}, or name a font file`)
  }
  if (faults.length > 0 || outline === undefined) return fail(faults)
  const sizes = [...bitmaps, ...bitmaps.map(doubled)].sort(bySize)
  // A doubled type that is no larger than a drawn one is only coarser; one without a letter of the alphabet says nothing.
  const largest = Math.max(...bitmaps.map((font) => font.capHeight))
  const isUseful = (font: BitmapFont): boolean => font.capHeight > largest && [...ALPHABET].every(font.has)
  const types = sizes.filter((font) => bitmaps.includes(font) || isUseful(font))
  return ok({ templates, words, themes, outline, bitmaps: types, own, pictograms })
}

function bySize(a: BitmapFont, b: BitmapFont): number {
  return a.capHeight - b.capHeight || b.advance('0') - a.advance('0')
}

function outlineFiles(files: readonly LibraryFile[]): OutlineFiles {
  const subsets = (weight: 400 | 700): OutlineFiles['regular'] =>
    files
      .flatMap((file) => ('bytes' in file && file.path.endsWith(`-${weight}-normal.woff`) ? [file] : []))
      // `latin` before `latin-ext`: the page's unicode-range gives basic letters to the former.
      .sort((a, b) => a.path.length - b.path.length)
  return { regular: subsets(400), bold: subsets(700) }
}
