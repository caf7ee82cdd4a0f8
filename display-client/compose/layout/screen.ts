import type { ChosenFact, DroppedFact, PixelContent, TextBox } from '../composition.ts'
import { atomsOf, type FactList } from '../facts.ts'
import { turnsOf } from '../fit-problem.ts'
import { remembering } from '../measure.ts'
import { bannerOf, type Request } from '../request.ts'
import type { Spoken } from '../spoken.ts'
import type { Role } from '../template.ts'
import { utilityOf } from '../worth.ts'
import { distinct, type WrittenFact, type WrittenWording, writeFacts } from '../writing.ts'
import { drawColumns } from './column.ts'
import type { Draft, Sheet } from './draft.ts'
import { evenPages } from './even.ts'
import { HIERARCHY } from './frame.ts'
import { growPage } from './grow.ts'
import { bestDraft } from './search.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Composes for a screen: the layout that its proportions ask for, in letters from the smallest legible size up. */
export function composeScreen(request: Request, surface: Size): Spoken {
  const { sheet, list, unwritten } = sheetOf(request, surface)
  const { facts } = sheet
  const { words, library } = sheet.request
  const { draft: found, optimal } = bestDraft(sheet)
  // Without a message there is nothing that a test banner could be about.
  const draft =
    found && wordingsIn(found).length > 0
      ? { ...found, fitted: evenPages(found.facts, found.fitted, found.room, found.sizes) }
      : undefined
  const pages = draft ? draw(sheet, draft) : [blank(sheet)]
  const chosen = draft ? chosenIn(draft) : []
  const shown = new Set(chosen.map((one) => one.fact))
  const missing = facts
    .filter((fact) => !shown.has(fact.id))
    .map((fact): DroppedFact => ({ fact: fact.id, reason: 'does-not-fit' }))
  return {
    language: words.language,
    pages: pages.map((content) => {
      const texts = content.boxes.flatMap((box) => (box.type === 'text' ? [box.text] : []))
      return { content, texts, units: texts.length }
    }),
    chosen,
    dropped: [...list.dropped, ...unwritten, ...missing],
    cannotFit: list.facts.filter((fact) => fact.keep && !shown.has(fact.id)).map((fact) => fact.id),
    substitutions: distinct(wordingsIn(draft).flatMap((one) => one.wording.substitutions)),
    capHeight: (draft?.sizes.small ?? surface.height) * library.outline.capHeight,
    optimal,
    utility: draft?.utility ?? 0,
  }
}

/** What is to be said on a screen, before anything has a place. */
export function sheetOf(
  given: Request,
  surface: Size,
): { readonly sheet: Sheet; readonly list: FactList; readonly unwritten: readonly DroppedFact[] } {
  const face = remembering(given.library.outline)
  const request = { ...given, library: { ...given.library, outline: face } }
  const { look, words } = request
  const list = request.facts({ abbreviations: false, drivers: request.panel.trafficSpeed > 0 })
  const hand = { target: (character: string) => face.has(character), capitals: false }
  const { facts, dropped } = writeFacts(list.facts, hand, words.language)
  const sheet = {
    request,
    look,
    area: { x: 0, y: 0, ...surface },
    facts,
    banner: bannerOf(request)?.map((text) => atomsOf(text)),
    total: utilityOf(facts),
  }
  return { sheet, list, unwritten: dropped }
}

function draw(sheet: Sheet, draft: Draft): readonly PixelContent[] {
  const { library, theme, words } = sheet.request
  const { facts, fitted, frame, room, sizes, stripe } = draft
  const paint = { look: sheet.look, theme, language: words.language }
  const fixed = [...stripe, ...frame.boxes]
  const has = (role: Role): boolean => frame.shown.some(({ fact }) => fact.role === role)
  // Nothing is larger than the kind.
  const most = Math.max(sizes.medium, frame.shown.find(({ fact }) => fact.role === 'kind')?.size ?? 0)
  const growth = {
    fixed: fixed.flatMap((box) => (box.type === 'text' && !isSmallPrint(box) ? [box.size] : [])),
    most,
    // The number is the second-largest thing; where there is none, nothing need be as small.
    details: has('call') ? sizes.medium : Math.max(sizes.medium, Math.floor(most / HIERARCHY)),
  }
  return Array.from({ length: turnsOf(fitted.score.pages, room.columns) + 1 }, (_, page) => {
    const grown = growPage(library.outline, facts, fitted, page, room, sizes, growth)
    return { ...blank(sheet), boxes: [...fixed, ...drawColumns(library.outline, grown, room, paint)] }
  })
}

/** What is there for the record: nobody must read it from afar, and nothing else need be as small for its sake. */
function isSmallPrint({ fact }: TextBox): boolean {
  return fact === 'source' || fact === 'banner'
}

function blank({ area, look }: Sheet): PixelContent {
  return {
    type: 'pixels',
    width: area.width,
    height: area.height,
    background: look.page.background,
    boxes: [],
  }
}

/** Every wording shown, with its page; the fixed parts are on all of them and count for the first. */
function wordingsIn(
  draft: Draft | undefined,
): readonly { readonly fact: WrittenFact; readonly wording: WrittenWording; readonly page: number }[] {
  if (draft === undefined) return []
  return [
    ...draft.frame.shown.map(({ fact, wording }) => ({ fact, wording, page: 0 })),
    ...draft.fitted.placed.map((one) => {
      const fact = draft.facts[one.fact] as WrittenFact
      return {
        fact,
        wording: fact.wordings[one.wording] as WrittenWording,
        page: Math.floor(one.page / draft.room.columns),
      }
    }),
  ]
}

function chosenIn(draft: Draft): readonly ChosenFact[] {
  return wordingsIn(draft).map(({ fact, wording, page }) => ({
    fact: fact.id,
    wording: wording.index,
    text: wording.atoms.join(' '),
    page,
  }))
}
