import { expect, test } from 'vitest'
import type { Library } from '../compose/library.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { readLibrary } from './library-files.ts'
import { WarmUp } from './warm-up.ts'

const read = await readLibrary()
if (!read.ok) throw new Error('no library')
const library = read.value

function sign(id: string, columns: number): Panel {
  const profile = {
    schema: 'kijkuit-panel/1',
    title: id,
    viewingDistance: 10,
    characters: { lines: 3, columns },
  }
  return { ...PanelProfileSchema.parse(profile), id }
}

function screen(id: string): Panel {
  const profile = {
    schema: 'kijkuit-panel/1',
    title: id,
    viewingDistance: 3,
    pixels: { width: 800, height: 600, pitch: 0.3, font: 'outline', colours: 'rgb' },
  }
  return { ...PanelProfileSchema.parse(profile), id }
}

/** A warm-up, and how often it has asked for the library: once for each composition. */
function warmUpOf(
  clock: TestClock,
  ...panels: readonly Panel[]
): { warmUp: WarmUp; composed(): number; done(): number } {
  let [composed, done] = [0, 0]
  const onDone = (): void => {
    done += 1
  }
  const log = { info: () => {}, warn: () => {} }
  const counted = (): Library => {
    composed += 1
    return library
  }
  const warmUp = new WarmUp({ panels, clock, log, library: counted, onDone })
  return { warmUp, composed: () => composed, done: () => done }
}

test('composes for each format a few times, one at a time, and then rests', () => {
  const clock = new TestClock()
  const { warmUp, composed, done } = warmUpOf(clock, sign('left', 18), sign('right', 18), sign('long', 40))
  expect(clock.waiting).toBe(0)
  warmUp.start()
  expect(composed()).toBe(0)
  clock.advance(10)
  expect(composed()).toBe(1)
  expect(done()).toBe(0)
  clock.advance(1_000)
  expect([composed(), done()]).toEqual([10, 1])
  expect(clock.waiting).toBe(0)
})

test('goes on with screens when the memory of the start was given back, and then rests for good', () => {
  const clock = new TestClock()
  const { warmUp, composed, done } = warmUpOf(clock, sign('left', 18), screen('hall'))
  warmUp.start()
  clock.advance(100)
  expect([composed(), done()]).toEqual([10, 1])
  clock.advance(490)
  expect(composed()).toBe(59)
  clock.advance(1_000)
  expect([composed(), done()]).toEqual([60, 1])
  expect(clock.waiting).toBe(0)
})

test('starts once, however often the player is armed', () => {
  const clock = new TestClock()
  const { warmUp, composed } = warmUpOf(clock, sign('left', 18))
  warmUp.start()
  warmUp.start()
  clock.advance(1_000)
  warmUp.start()
  clock.advance(1_000)
  expect(composed()).toBe(5)
})

test('stops when it is disposed', () => {
  const clock = new TestClock()
  const { warmUp, composed } = warmUpOf(clock, sign('left', 18))
  warmUp.start()
  clock.advance(10)
  warmUp.dispose()
  expect(clock.waiting).toBe(0)
  clock.advance(1_000)
  expect(composed()).toBe(1)
})

test('a fault in it is one line, and takes nothing along', () => {
  const clock = new TestClock()
  const lines: string[] = []
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  const broken = { ...library, templates: new Map() }
  const warmUp = new WarmUp({
    panels: [sign('left', 18)],
    clock,
    log,
    library: () => broken,
    onDone: () => lines.push('done'),
  })
  warmUp.start()
  clock.advance(1_000)
  expect(lines).toEqual([expect.stringContaining('an exercise cannot be composed for left'), 'done'])
  expect(clock.waiting).toBe(0)
})
