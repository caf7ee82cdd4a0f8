import { expect, test } from 'vitest'
import { type Alert, AlertSchema } from '../../alert/model.ts'
import type { Panel } from '../../panel/profile.ts'
import { corpus, nameOf } from '../../testkit/corpus/corpus.ts'
import { shippedLibrary } from '../../testkit/library.ts'
import { preset } from '../../testkit/panels.ts'
import { compose } from '../compose.ts'
import type { PixelContent, TextBox } from '../composition.ts'
import { themeOf } from '../library.ts'

/** What was found wrong by looking at pictures, and must stay right. */

const library = await shippedLibrary()
const photo = {
  sha256: 'd'.repeat(64),
  mimeType: 'image/jpeg',
  ...{ width: 900, height: 1_100, role: 'subject' },
  focus: { x: 186, y: 92, width: 528, height: 660 },
}

function named(name: string, changes: object = {}): Alert {
  const found = corpus().find((one) => nameOf(one) === name)
  if (found === undefined) throw new Error(`the corpus has no ${name}`)
  return AlertSchema.parse({ ...found, ...changes })
}

function pagesOf(alert: Alert, panel: Panel): readonly PixelContent[] {
  return compose(alert, panel, library).pages.flatMap(({ content }) =>
    content.type === 'pixels' ? [content] : [],
  )
}

const textsOf = ({ boxes }: PixelContent): readonly TextBox[] => boxes.filter((box) => box.type === 'text')
const wordsOf = (page: PixelContent, fact: string): string =>
  textsOf(page)
    .filter((box) => box.fact === fact)
    .map((box) => box.text)
    .join(' ')

test('a long kind is said in full on a landscape screen, beside no photo or over one', () => {
  const missing = named('missing-child', { media: [photo] })
  for (const panel of [preset('station-landscape'), preset('station-portrait'), preset('kiosk-480x800')]) {
    for (const page of pagesOf(missing, panel)) {
      expect(wordsOf(page, 'kind'), panel.id).toBe('VERMIST KIND ALERT')
      expect(page.boxes.some((box) => box.type === 'photo')).toBe(true)
    }
  }
})

test('the longest text has a band and a place for the number on a landscape screen', () => {
  for (const page of pagesOf(named('longest'), preset('station-landscape'))) {
    const { band } = themeOf(library, {}).kinds['public-warning']
    const fills = page.boxes.filter((box) => box.type === 'fill' && box.colour === band.background)
    expect(fills).toHaveLength(2)
    expect(wordsOf(page, 'kind')).toBe('NL-ALERT')
    expect(wordsOf(page, 'call')).toMatch(/^Vragen\? Bel 0800-0000/)
  }
})

test('a face fills the width of an upright screen, also below a test banner', () => {
  for (const status of ['Actual', 'Exercise'] as const) {
    const pages = pagesOf(named('amber-full', { status, media: [photo] }), preset('kiosk-480x800'))
    const photos = pages.flatMap(({ boxes }) => boxes.filter((box) => box.type === 'photo'))
    expect(photos.map((box) => [box.x, box.width])).toEqual(pages.map(() => [0, 480]))
  }
})

test('details grow past the small print where there is room', () => {
  const pages = pagesOf(named('missing-child', { media: [photo] }), preset('station-portrait'))
  const sizes = pages.map((page) => ({
    source: textsOf(page).find((box) => box.fact === 'source')?.size ?? 0,
    details: textsOf(page)
      .filter((box) => ['place', 'looks', 'clothes'].includes(box.fact))
      .map((box) => box.size),
  }))
  expect(sizes.flatMap(({ source, details }) => details.map((size) => size > source))).toContain(true)
})
