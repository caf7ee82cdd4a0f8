import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Current, currentOf, DEFAULT_LIMITS } from '../alert/incident.ts'
import { incidentId } from '../alert/incident-id.ts'
import type { Library } from '../compose/library.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { readLibrary } from './library-files.ts'
import type { Output, Programme } from './outputs/output.ts'
import { PanelChannel } from './panel-channel.ts'
import { Presenter } from './presenter.ts'
import type { PhotoFault } from './protocol.ts'
import type { Receipt } from './receipts.ts'

let library: Library
let clock: TestClock
let live: Current[]
let photos: Set<string>
let receipts: string[]
let lines: string[]
/** What each panel was given, in order. */
let given: Record<string, Programme[]>
let isFaulty: boolean
let outputs: Map<string, Output>

beforeAll(async () => {
  const read = await readLibrary()
  if (!read.ok) throw new Error('no library')
  library = read.value
})

beforeEach(() => {
  clock = new TestClock()
  live = []
  photos = new Set()
  receipts = []
  lines = []
  given = {}
  isFaulty = false
  outputs = new Map()
})

function panel(id: string, changes: object = {}): Panel {
  const pixels = { width: 1920, height: 360, pitch: 0.364 }
  const profile = { schema: 'kijkuit-panel/1', title: id, pixels, viewingDistance: 4, ...changes }
  return { ...PanelProfileSchema.parse(profile), id }
}

function present(...panels: readonly Panel[]): Presenter {
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  for (const { id, title } of panels) {
    const size = { surface: 'screen', width: 1, height: 1, pitch: 1 } as const
    const channel = new PanelChannel({ type: 'panel', protocol: 1, id, title, ...size }, clock, log)
    const shown: Programme[] = []
    given[id] = shown
    const show = (programme: Programme): number => {
      if (isFaulty && programme.length > 0) throw new RangeError('a box reaches outside')
      return shown.push(programme)
    }
    outputs.set(id, { channel, present: show })
  }
  const presenter = new Presenter({
    ...{ panels, outputs, clock, log },
    library: () => library,
    live: () => live,
    hasPhoto: (sha256) => photos.has(sha256),
    onReceipts: (all) => receipts.push(...all.map(line)),
  })
  return presenter
}

const line = ({ kind, panel: on, incident, revision }: Receipt): string =>
  `${kind} ${on} ${incident} ${revision}`

function alive(incident: string, changes: object = {}): Current {
  const alert = amberAlert({ incident, identifier: `${incident}-1`, ...changes })
  return currentOf(alert, alert.sender, clock.now(), DEFAULT_LIMITS, undefined)
}

const incidentsOn = (id: string): string[] | undefined =>
  given[id]?.at(-1)?.map(({ about }) => about.incident)

describe('the presenter', () => {
  test('touches a panel only when something on it changes', () => {
    const presenter = present(panel('bar'), panel('other', { kinds: ['public-warning'] }))
    presenter.update()
    live = [alive('a')]
    presenter.update()
    presenter.update()
    expect(given['bar']?.map((programme) => programme.length)).toEqual([0, 1])
    expect(given['other']?.map((programme) => programme.length)).toEqual([0])
    expect(receipts).toEqual(['composed bar a 1'])
  })

  test('composes anew when the library is another', () => {
    const presenter = present(panel('bar'))
    live = [alive('a')]
    presenter.update()
    presenter.renew()
    expect(given['bar']).toHaveLength(2)
  })

  test('composes once for all panels of one format, and names each panel', () => {
    const presenter = present(panel('left'), panel('right'), panel('tall', { pages: 1 }))
    live = [alive('a')]
    presenter.update()
    const on = (id: string) => given[id]?.at(-1)?.[0]?.composition
    expect(on('left')?.pages).toBe(on('right')?.pages)
    expect(on('left')?.pages).not.toBe(on('tall')?.pages)
    expect([on('left')?.panel, on('right')?.panel]).toEqual(['left', 'right'])
    expect(on('left')?.hash).not.toBe(on('right')?.hash)
  })

  test('composes without a photo until that is there', () => {
    const presenter = present(panel('bar'))
    const sha256 = 'a'.repeat(64)
    live = [
      alive('a', { media: [{ sha256, mimeType: 'image/png', width: 300, height: 400, role: 'subject' }] }),
    ]
    const hasPhoto = (): boolean => JSON.stringify(given['bar']?.at(-1)).includes('"type":"photo"')
    presenter.update()
    expect(hasPhoto()).toBe(false)
    photos.add(sha256)
    presenter.update()
    expect(hasPhoto()).toBe(true)
  })

  test('does without a photo on the panel whose viewer cannot draw it, says so once, and has it again when that can', () => {
    const presenter = present(panel('bar'), panel('other'))
    const sha256 = 'a'.repeat(64)
    photos.add(sha256)
    live = [
      alive('a', { media: [{ sha256, mimeType: 'image/png', width: 300, height: 400, role: 'subject' }] }),
    ]
    const hasPhoto = (id: string): boolean => JSON.stringify(given[id]?.at(-1)).includes('"type":"photo"')
    presenter.update()
    const { channel } = outputs.get('bar') ?? {}
    let fault: PhotoFault | undefined = 'undrawable'
    if (channel) channel.photoFault = (name) => (name === sha256 ? fault : undefined)
    channel?.onPhotoFault()
    channel?.onPhotoFault()
    expect([hasPhoto('bar'), hasPhoto('other')]).toEqual([false, true])
    expect([given['bar']?.length, given['other']?.length]).toEqual([2, 1])
    expect(receipts).toEqual([
      'composed bar a 1',
      'composed other a 1',
      'composed bar a 1',
      'photo-failed bar a 1',
    ])
    fault = undefined
    channel?.onPhotoFault()
    expect(hasPhoto('bar')).toBe(true)
    expect(receipts.slice(4)).toEqual(['composed bar a 1'])
  })

  test('says shown and removed by what was painted, and nothing about an older revision', () => {
    const presenter = present(panel('bar'))
    const { channel } = outputs.get('bar') ?? {}
    live = [alive('a'), alive('b')]
    presenter.update()
    channel?.onPainted(1, TEST_TIME)
    live = [alive('b')]
    presenter.update()
    channel?.onPainted(1, TEST_TIME)
    expect(receipts.slice(2)).toEqual(['shown bar a 1', 'shown bar b 1', 'composed bar b 1'])
    channel?.onPainted(2, TEST_TIME)
    expect(receipts.slice(5)).toEqual(['shown bar b 1', 'removed bar a 1'])
  })

  test('keeps apart what two senders say under one key', () => {
    const presenter = present(panel('bar'))
    const { channel } = outputs.get('bar') ?? {}
    const sender = 'brandweer@example.org'
    live = [alive('a'), alive('a', { sender })]
    presenter.update()
    channel?.onPainted(1, TEST_TIME)
    live = live.slice(0, 1)
    presenter.end(incidentId(sender, 'a'))
    presenter.update()
    channel?.onPainted(2, TEST_TIME)
    expect(given['bar']?.map((programme) => programme.map(({ about }) => about.sender))).toEqual([
      [sender, amberAlert().sender],
      [amberAlert().sender],
    ])
    expect(receipts.slice(2)).toEqual([
      ...['shown bar a 1', 'shown bar a 1', 'composed bar a 1'],
      ...['shown bar a 1', 'removed bar a 1'],
    ])
  })

  test('takes an alert off at the ceiling of the panel’s owner by itself', () => {
    const presenter = present(panel('bar', { ceiling: 0.5 }))
    live = [alive('a')]
    presenter.update()
    clock.advance(30 * 60_000 - 1)
    expect(incidentsOn('bar')).toEqual(['a'])
    clock.advance(1)
    expect(incidentsOn('bar')).toEqual([])
    presenter.dispose()
    expect(clock.waiting).toBe(0)
  })

  test('clears a panel that a fault of ours keeps from showing, rather than leave what was there', () => {
    const presenter = present(panel('bar'))
    live = [alive('a')]
    presenter.update()
    isFaulty = true
    live = [alive('b')]
    presenter.update()
    expect(incidentsOn('bar')).toEqual([])
    expect(lines).toEqual([expect.stringContaining('a fault in Kijkuit: bar shows nothing')])
    expect(lines[0]).not.toContain('Zoë')
  })

  test('shows no end card where it does not fit, and none where nothing was shown', () => {
    const pixels = { width: 34, height: 10, pitch: 10, colours: 'amber', font: 'led' }
    const presenter = present(
      panel('bar'),
      panel('tiny', { pixels, kinds: ['amber'] }),
      panel('idle', { kinds: [] }),
    )
    live = [alive('a')]
    presenter.update()
    live = []
    presenter.end(incidentId(amberAlert().sender, 'a'))
    presenter.update()
    expect(given['bar']?.at(-1)).toMatchObject([{ live: false, until: clock.now() + 60_000 }])
    expect(given['tiny']?.at(-1)).toEqual([])
    expect(given['idle']).toEqual([[]])
    clock.advance(60_000)
    expect(given['bar']?.at(-1)).toEqual([])
    presenter.dispose()
    expect(clock.waiting).toBe(0)
  })

  test('keeps what it says at an end free of everything personal', () => {
    const presenter = present(panel('bar'))
    live = [alive('a')]
    presenter.update()
    live = []
    presenter.end(incidentId(amberAlert().sender, 'a'))
    presenter.update()
    const card = JSON.stringify(given['bar']?.at(-1))
    expect(card).toContain('BEËINDIGD')
    for (const personal of ['Zoë', 'Volvo', 'XX-123-X', '0800-0000', 'rode jas', 'Centraal']) {
      expect(card).not.toContain(personal)
    }
    presenter.dispose()
  })
})
