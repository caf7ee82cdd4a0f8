import type { ChosenFact, DroppedFact, PixelContent } from '../composition.ts'
import { atomsOf, factsOf } from '../facts.ts'
import { bannerOf, type Request } from '../request.ts'
import type { Spoken } from '../spoken.ts'
import { utilityOf } from '../worth.ts'
import { distinct, type WrittenFact, type WrittenWording, writeFacts } from '../writing.ts'
import { drawColumn } from './column.ts'
import { bestDraft, type Draft, type Sheet } from './draft.ts'

/** Composes for a screen: the layout that its proportions ask for, in letters from the smallest legible size up. */
export function composeScreen(
  request: Request,
  surface: { readonly width: number; readonly height: number },
): Spoken {
  const { alert, library, words } = request
  const area = { x: 0, y: 0, ...surface }
  const face = library.outline
  const look = library.theme.kinds[alert.kind]
  const list = factsOf(alert, request.speech, request.template, words, { abbreviations: false })
  const written = writeFacts(
    list.facts,
    { target: (character) => face.has(character), capitals: false },
    words.language,
  )
  const facts = written.facts
  const sheet: Sheet = {
    request,
    look,
    area,
    facts,
    banner: bannerOf(request)?.map(atomsOf),
    total: utilityOf(facts),
  }
  const draft = bestDraft(sheet)
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
    dropped: [...list.dropped, ...written.dropped, ...missing],
    cannotFit: list.facts.filter((fact) => fact.keep && !shown.has(fact.id)).map((fact) => fact.id),
    substitutions: distinct(wordingsIn(draft).flatMap((one) => one.wording.substitutions)),
    capHeight: (draft?.sizes.small ?? area.height) * face.capHeight,
    optimal: draft?.fitted.optimal ?? true,
    utility: draft?.utility ?? 0,
  }
}

function draw(sheet: Sheet, draft: Draft): readonly PixelContent[] {
  const { library, words } = sheet.request
  const paint = { look: sheet.look, theme: library.theme, language: words.language }
  return Array.from({ length: Math.max(1, draft.fitted.score.pages) }, (_, page) => ({
    ...blank(sheet),
    boxes: [
      ...draft.stripe,
      ...draft.frame.boxes,
      ...drawColumn(library.outline, draft.facts, draft.fitted, page, draft.room, draft.sizes, paint),
    ],
  }))
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
      return { fact, wording: fact.wordings[one.wording] as WrittenWording, page: one.page }
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
