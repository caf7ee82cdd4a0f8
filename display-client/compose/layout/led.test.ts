import { describe, expect, it } from 'vitest'
import { formatFault } from '../../base/document.ts'
import { PanelProfileSchema } from '../../panel/profile.ts'
import { readLibrary } from '../../player/library-files.ts'
import { amberAlert } from '../../testkit/alerts.ts'
import type { BitmapFont } from '../bitmap-font.ts'
import { compose } from '../compose.ts'
import type { TextBox } from '../composition.ts'
import type { Library } from '../library.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

/** What a sign of LEDs at 10 mm shows. @param viewingDistance m */
function texts(
  width: number,
  height: number,
  viewingDistance: number,
  font = 'led',
  from: Library = library,
): readonly TextBox[] {
  const pixels = { width, height, pitch: 10, colours: 'amber', font }
  const profile = { schema: 'kijkuit-panel/1', title: 'Sign', pixels, viewingDistance }
  const panel = { ...PanelProfileSchema.parse(profile), id: 'sign' }
  return compose(amberAlert(), panel, from).pages.flatMap(({ content }) =>
    content.type === 'pixels' ? content.boxes.filter((box) => box.type === 'text') : [],
  )
}

const fontsOf = (boxes: readonly TextBox[]): readonly string[] => [...new Set(boxes.map((box) => box.font))]

describe('the type of a sign of LEDs', () => {
  it('is large where there is room, and bold where that costs no word', () => {
    expect(fontsOf(texts(800, 200, 15))).toEqual(['led-14x2'])
    expect(fontsOf(texts(900, 60, 15))).toEqual(['led-18-bold'])
  })

  it('is one that can be read from the viewing distance: 16 minutes of arc', () => {
    // 14 px of 10 mm from 30 m; no line of 18 px fits.
    expect(fontsOf(texts(800, 24, 30))).toEqual(['led-14'])
    expect(fontsOf(texts(60, 80, 22))).toEqual(['led-11'])
  })

  it('is the largest of which a line fits where none can be read from so far', () => {
    expect(fontsOf(texts(300, 24, 60))).toEqual(['led-14'])
    expect(fontsOf(texts(300, 16, 60))).toEqual(['led-11'])
    expect(fontsOf(texts(200, 8, 15))).toEqual(['led-5'])
  })

  it('is the one that the owner names, whatever its size', () => {
    expect(fontsOf(texts(96, 16, 15, 'led-5'))).toEqual(['led-5'])
    expect(new Set(texts(96, 16, 15, 'led-5').map((box) => box.baseline)).size).toBe(2)
  })

  it('has capitals only where the type has no others', () => {
    const led = library.bitmaps.find(({ name }) => name === 'led-9') as BitmapFont
    const has = (character: string): boolean => !/[a-z]/.test(character) && led.has(character)
    const from = { ...library, own: [{ ...led, name: 'ours.bdf', has }] }
    const lines = texts(300, 64, 15, 'fonts/ours.bdf', from)
    expect(fontsOf(lines)).toEqual(['ours.bdf'])
    for (const { text } of lines) expect(text).toBe(text.toLocaleUpperCase('nl'))
    expect(lines.map(({ text }) => text).join(' ')).toContain('ZOË')
  })
})
