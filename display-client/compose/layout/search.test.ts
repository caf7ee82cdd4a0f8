import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../alert/model.ts'
import { readDocument } from '../../base/document.ts'
import { type Panel, PanelProfileSchema } from '../../panel/profile.ts'
import { readLibrary } from '../../player/library-files.ts'
import { amberAlert } from '../../testkit/alerts.ts'
import { requestsOf, surfaceOf } from '../compose.ts'
import {
  type Draft,
  draftOf,
  isRoomier,
  isWorthMore,
  type Plan,
  type Setup,
  type Sheet,
  worthOf,
} from './draft.ts'
import { sheetOf } from './screen.ts'
import { bestDraft, isNeedless, laddersOf, plansFor } from './search.ts'

const read = await readLibrary()
if (!read.ok) throw new Error('the library of the repository is faulty')
const library = read.value

const PRESETS = new URL('../../../templates/panels/', import.meta.url)
const presets = readdirSync(PRESETS).flatMap((name): Panel[] => {
  const profile = readDocument(name, readFileSync(new URL(name, PRESETS), 'utf8'), PanelProfileSchema)
  return profile.ok && profile.value.pixels?.font === 'outline' ? [{ ...profile.value, id: name }] : []
})

const anyScreen = fc
  .record({
    width: fc.integer({ min: 60, max: 2600 }),
    height: fc.integer({ min: 40, max: 1400 }),
    viewingDistance: fc.constantFrom(1, 2, 4, 8),
    pages: fc.integer({ min: 1, max: 4 }),
    languages: fc.constantFrom(['nl'], ['nl', 'en']),
  })
  .map(({ width, height, ...profile }): Panel => {
    const pixels = { width, height, pitch: 0.4 }
    return {
      ...PanelProfileSchema.parse({ schema: 'kijkuit-panel/1', title: 'Screen', ...profile, pixels }),
      id: 'screen',
    }
  })

const DESCRIPTION =
  'Er is brand op een bedrijventerrein. Er komt veel rook vrij. Sluit ramen en deuren, ook die van de buren die weg zijn. Zet de ventilatie uit. Blijf binnen tot u weer wat hoort. Bel 112 alleen als er nood is. Let op elkaar.'

const anyAlert = fc
  .record({
    kind: fc.constantFrom('amber', 'missing-child', 'missing-person', 'public-warning', 'community'),
    status: fc.constantFrom('Actual', 'Actual', 'Test'),
    name: fc.constantFrom('Li', 'Zoë Müller-d’Oré', 'Maximiliaan Ferdinand van den Berghe-Ştefănescu'),
    clothes: fc.constantFrom('rode jas', 'lichtblauwe spijkerbroek, witte sneakers en een groene winterjas'),
    car: fc.boolean(),
    sentences: fc.integer({ min: 0, max: 7 }),
    call: fc.constantFrom<string[]>([], ['112'], ['0800-6070', '112'], ['+31 88 123 45 67']),
    photo: fc.boolean(),
  })
  .map(({ kind, status, name, clothes, car, sentences, call, photo }): Alert => {
    const sample = amberAlert({ kind, status, call })
    const description = DESCRIPTION.split(/(?<=\.) /)
      .slice(0, sentences)
      .join(' ')
    const size = { width: 1200, height: 1600, focus: { x: 400, y: 380, width: 400, height: 520 } }
    const subject = { sha256: 'b'.repeat(64), mimeType: 'image/jpeg', role: 'subject', ...size } as const
    return {
      ...sample,
      subject: { ...sample.subject, name, clothes: { nl: clothes } },
      vehicle: car ? sample.vehicle : undefined,
      info: sample.info.map((info) => ({ ...info, description })),
      media: photo ? [subject] : [],
    }
  })

/** A layout in every size of its ladders. */
function setupsOf(sheet: Sheet, plan: Plan): readonly Setup[] {
  return laddersOf(sheet, plan).flatMap((ladder) => ladder.flatMap((rung) => rung.setups()))
}

/** The best by fitting every setup, without any proof that one need not be. */
function bestOfAll(sheet: Sheet): Draft | undefined {
  let best: Draft | undefined
  for (const plan of plansFor(sheet)) {
    if (isNeedless(sheet, plan, best)) break
    for (const setup of setupsOf(sheet, plan)) {
      const draft = draftOf(sheet, setup)
      if (best === undefined || isWorthMore(worthOf(draft, draft.fitted), worthOf(best, best.fitted)))
        best = draft
    }
  }
  return best
}

function sheetsFor(alert: Alert, panel: Panel): readonly Sheet[] {
  const surface = surfaceOf(panel)
  if (surface === undefined) throw new Error('a screen has pixels')
  return requestsOf(alert, panel, library).map((request) => sheetOf(request, surface).sheet)
}

const cases = [anyAlert, fc.oneof(fc.constantFrom(...presets), anyScreen)] as const

test('what is called optimal is worth as much as the best of every layout in every size', () => {
  fc.assert(
    fc.property(...cases, (alert, panel) => {
      for (const sheet of sheetsFor(alert, panel)) {
        const { draft, optimal } = bestDraft(sheet)
        const best = bestOfAll(sheet)
        expect(optimal).toBe(true)
        expect(draft && worthOf(draft, draft.fitted)).toEqual(best && worthOf(best, best.fitted))
      }
    }),
    { numRuns: 150 },
  )
}, 120_000)

test('what a setup is ruled out by holds: a roomier column says as much, and no rung exceeds its bound', () => {
  let compared = 0
  fc.assert(
    fc.property(...cases, fc.infiniteStream(fc.nat()), (alert, panel, picks) => {
      for (const sheet of sheetsFor(alert, panel)) {
        for (const plan of plansFor(sheet)) {
          const ladders = laddersOf(sheet, plan)
          expect(ladders.map((ladder) => ladder.length)).not.toContain(0)
          for (const rung of ladders.flat()) {
            for (const setup of rung.setups()) {
              const { fitted } = draftOf(sheet, setup)
              expect(isWorthMore(worthOf(setup, fitted), rung.most)).toBe(false)
            }
          }
        }
        const setups = plansFor(sheet).flatMap((plan) => setupsOf(sheet, plan))
        if (setups.length === 0) continue
        for (let pair = 0; pair < 10; pair += 1) {
          const pick = (): Setup => setups[(picks.next().value ?? 0) % setups.length] as Setup
          const [one, other] = [pick(), pick()]
          if (!isRoomier(one, other)) continue
          compared += 1
          const [mine, its] = [draftOf(sheet, one), draftOf(sheet, other)]
          expect(isWorthMore(worthOf(other, its.fitted), worthOf(other, mine.fitted))).toBe(false)
        }
      }
    }),
    { numRuns: 60 },
  )
  expect(compared).toBeGreaterThan(50)
}, 120_000)
