import { describe, expect, it } from 'vitest'
import { readMessage } from './messages.ts'

const read = (value: unknown) => readMessage(JSON.stringify(value))
const stage = (content: unknown, dwell: unknown = 4000) =>
  read({ type: 'stage', revision: 7, pages: [{ dwell, content }] })
const pixels = (...boxes: unknown[]) =>
  stage({ type: 'pixels', width: 800, height: 600, background: '#0e1116', boxes })
const frame = (change: object = {}) =>
  stage({
    type: 'frame',
    width: 3,
    height: 2,
    palette: ['#000000', '#ffb000'],
    pixels: 'AAEAAQAB',
    ...change,
  })

describe('what is drawn', () => {
  it('takes a stage of boxes', () => {
    const crop = { x: 10, y: 0, width: 100, height: 200 }
    const reading = pixels(
      { type: 'fill', x: 0, y: 0, width: 800, height: 90, colour: '#FFB000' },
      {
        type: 'text',
        x: 24,
        baseline: 70,
        width: 312.5,
        text: 'AMBER ALERT',
        language: 'nl',
        font: 'outline',
        weight: 700,
        size: 56,
        colour: '#000000',
        fact: 'kind',
      },
      {
        type: 'photo',
        x: 0,
        y: 90,
        width: 100,
        height: 200,
        sha256: 'a'.repeat(64),
        photo: { width: 300, height: 400 },
        crop,
      },
    )
    expect(reading).toMatchObject({ type: 'message', message: { type: 'stage', revision: 7 } })
  })

  it('takes a frame with one byte for each pixel', () => {
    expect(frame().type).toBe('message')
  })

  it('takes an empty stage: nothing of ours is on the panel', () => {
    expect(read({ type: 'stage', revision: 8, pages: [] }).type).toBe('message')
  })

  it('takes the panel and a ping', () => {
    expect(
      read({
        type: 'panel',
        protocol: 1,
        id: 'atm',
        title: 'ATM',
        surface: 'screen',
        width: 800,
        height: 600,
        pitch: 0.4,
      }).type,
    ).toBe('message')
    expect(read({ type: 'ping', sequence: 3 }).type).toBe('message')
  })
})

describe('what is refused with its reason', () => {
  it.each([
    [
      'a box of a kind that is not known',
      pixels({ type: 'marquee' }),
      'page 0 has a box 0 that this page cannot draw',
    ],
    [
      'a text without a baseline',
      pixels({ type: 'text', x: 0, text: 'x' }),
      'page 0 has a box 0 that this page cannot draw',
    ],
    [
      'a photo whose name is a path',
      pixels({
        type: 'photo',
        x: 0,
        y: 0,
        width: 1,
        height: 1,
        sha256: '../../etc',
        crop: { x: 0, y: 0, width: 1, height: 1 },
      }),
      'page 0 has a box 0 that this page cannot draw',
    ],
    ['a frame that is too short', frame({ pixels: 'AAEA' }), 'page 0 has other than 6 pixels'],
    ['a frame without colours', frame({ palette: [] }), 'page 0 has no palette'],
    [
      'a colour that is not #rrggbb',
      stage({ type: 'pixels', width: 1, height: 1, background: 'url(x)', boxes: [] }),
      'page 0 has no background or no boxes',
    ],
    [
      'content of a kind that is not known',
      stage({ type: 'video', width: 1, height: 1 }),
      'page 0 is neither pixels nor a frame',
    ],
    ['a page without a dwell', stage({}, 'long'), 'page 0 has no dwell'],
    [
      'a size beyond any panel',
      stage({ type: 'pixels', width: 1e6, height: 1, background: '#000000', boxes: [] }),
      'page 0 has no size',
    ],
    ['pages that are no list', read({ type: 'stage', revision: 7, pages: 'all' }), 'it has no list of pages'],
  ])('%s', (_what, reading, reason) => {
    expect(reading).toEqual({ type: 'undrawable', revision: 7, reason })
  })
})

describe('what is passed over', () => {
  it.each([
    ['bytes', new Uint8Array(3)],
    ['text that is not JSON', '{'],
    ['JSON that is not an object', '[]'],
    ['a message of a newer player', '{"type":"applause"}'],
    ['a stage without a revision', '{"type":"stage","pages":[]}'],
    [
      'a panel of another protocol',
      '{"type":"panel","protocol":2,"id":"a","title":"A","surface":"screen","width":1,"height":1,"pitch":1}',
    ],
    ['a ping without a sequence', '{"type":"ping"}'],
  ])('%s', (_what, data) => {
    expect(readMessage(data)).toEqual({ type: 'unknown' })
  })
})
