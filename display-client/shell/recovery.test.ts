import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { ladderStore } from './ladder-store.ts'
import { Recovery } from './recovery.ts'

let folder: TemporaryFolder
let clock: TestClock
let did: string[]

beforeEach(async () => {
  folder = await temporaryFolder()
  clock = new TestClock()
  did = []
})
afterEach(() => folder.dispose())

const begin = (): Recovery =>
  new Recovery({
    ...{ panel: 'hall', clock, store: ladderStore(folder.path, (sentence) => did.push(sentence)) },
    act: (step) => void did.push(`do ${step}`),
    say: (sentence) => void did.push(`say ${sentence}`),
    report: ({ step, cause, at }) => void did.push(`report ${step} ${cause} ${at - clock.now()}`),
  })

it('does, says and reports each step, and loads without a word', () => {
  const recovery = begin()
  recovery.tell({ type: 'player', there: true })
  recovery.tell({ type: 'gone', what: 'page', detail: 'killed' })
  expect(did).toEqual([
    'do load',
    'say hall: the page is gone (killed): it is loaded again; next: once more',
    'report reload gone 0',
    'do reload',
  ])
  recovery.dispose()
  expect(clock.waiting).toBe(0)
})

it('wakes the ladder when it wants to be, and goes on with it in the next process', () => {
  const first = begin()
  first.tell({ type: 'player', there: true })
  clock.advance(29_999)
  expect(did).toEqual(['do load'])
  clock.advance(1 + 4 * 30_000)
  const steps = (): string[] => did.filter((line) => line.startsWith('do '))
  expect(steps()).toEqual(['do load', 'do reload', 'do reload', 'do recreate', 'do recreate', 'do restart'])
  expect(clock.waiting).toBe(0)
  first.dispose()

  did.length = 0
  const second = begin()
  expect(second.safe).toBe(true)
  second.tell({ type: 'player', there: true })
  second.tell({ type: 'unloaded', detail: 'net::ERR_FAILED' })
  expect(steps()).toEqual(['do load', 'do safe-page'])
  clock.advance(30_000)
  expect(steps().at(-1)).toBe('do restart')
  second.dispose()
})
