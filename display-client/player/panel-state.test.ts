import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { eventually } from '../testkit/eventually.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { LONGEST_WAIT, PanelStates } from './panel-state.ts'
import type { View } from './presenter.ts'

const held = new Disposables()
let folder: TemporaryFolder
let clock: TestClock
let lines: string[]
let host: 'busy' | undefined

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  clock = new TestClock()
  lines = []
  host = undefined
})
afterEach(() => held.dispose())

function open(where = folder.path): PanelStates {
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  return held.add(
    new PanelStates({
      ...{ player: 'utrecht-cs', panels: ['a', 'b'], folder: where, clock, log },
      host: (panel) => (panel === 'b' ? host : undefined),
    }),
  )
}

const ID = { sender: 'politie@nl', incident: 'amber-1', revision: 3 }
const ABOUT = { ...ID, kind: 'amber', status: 'Actual' } as const
const UP: View = {
  programme: [
    { about: ABOUT, live: true, until: TEST_TIME + 60_000, composition: { hash: 'x', pages: [] } as never },
  ],
  showing: true,
  turnEnds: undefined,
}
const never = new Promise<void>(() => {})
const written = async (panel: string) => JSON.parse(await readFile(folder.join(`${panel}.json`), 'utf8'))

describe('the state of a panel', () => {
  test('says what is to be seen, with ids and times only', () => {
    const states = open()
    expect(states.get('a')).toEqual({
      ...{ schema: 'kijkuit-panel-state/1', player: 'utrecht-cs', panel: 'a', sequence: TEST_TIME },
      ...{ showing: false, since: TEST_TIME, until: null, turnEnds: null, alerts: [], host: null },
    })
    clock.advance(1_000)
    states.setView('a', UP)
    expect(states.get('a')).toEqual({
      ...{ schema: 'kijkuit-panel-state/1', player: 'utrecht-cs', panel: 'a', sequence: TEST_TIME + 1 },
      ...{ showing: true, since: TEST_TIME + 1_000, until: TEST_TIME + 60_000, turnEnds: null, host: null },
      alerts: [{ ...ABOUT, live: true, until: TEST_TIME + 60_000 }],
    })
    // The turn of the host: nothing is to be seen, and the alert is alive.
    clock.advance(1_000)
    states.setView('a', { ...UP, showing: false, turnEnds: TEST_TIME + 9_000 })
    expect(states.get('a')).toMatchObject({
      ...{ sequence: TEST_TIME + 2, showing: false, since: TEST_TIME + 2_000, turnEnds: TEST_TIME + 9_000 },
      alerts: [{ incident: 'amber-1' }],
    })
    expect(states.get('c')).toBe(undefined)
  })

  test('rises only when something has changed', () => {
    const states = open()
    states.setView('a', UP)
    states.setView('a', { ...UP })
    states.renew()
    expect([states.get('a')?.sequence, states.get('b')?.sequence]).toEqual([TEST_TIME + 1, TEST_TIME])
    host = 'busy'
    states.renew()
    expect(states.get('b')).toMatchObject({ sequence: TEST_TIME + 1, host: 'busy' })
  })

  test('is waited for until it changes, or until the longest wait is over', async () => {
    const states = open()
    const changed = states.next('a', TEST_TIME, never)
    states.setView('a', UP)
    expect((await changed)?.showing).toBe(true)
    // Who has another one already need not wait.
    expect((await states.next('a', TEST_TIME, never))?.sequence).toBe(TEST_TIME + 1)
    const same = states.next('a', TEST_TIME + 1, never)
    clock.advance(LONGEST_WAIT)
    expect((await same)?.sequence).toBe(TEST_TIME + 1)
    expect(clock.waiting).toBe(0)
  })

  test('is waited for by sixteen at once, and by no more; who goes makes room', async () => {
    const states = open()
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
    const first = states.next('a', TEST_TIME, gone)
    const rest = Array.from({ length: 15 }, () => states.next('a', TEST_TIME, never))
    expect(await states.next('a', TEST_TIME, never)).toBe(undefined)
    leave()
    await first
    const late = states.next('a', TEST_TIME, never)
    await states.dispose()
    for (const state of [...(await Promise.all(rest)), await late]) expect(state?.showing).toBe(false)
  })
})

describe('the files of states', () => {
  test('are there from the start, are replaced whole, and are gone with the player', async () => {
    await writeFile(folder.join('old-panel.json'), '{"showing":true}')
    const states = open()
    await eventually(async () => expect((await readdir(folder.path)).sort()).toEqual(['a.json', 'b.json']))
    states.setView('a', UP)
    states.setView('a', { ...UP, showing: false })
    await eventually(async () => expect(await written('a')).toEqual(states.get('a')))
    expect((await written('b')).showing).toBe(false)
    expect(await readdir(folder.path)).not.toContain('a.json.new')
    await states.dispose()
    expect(await readdir(folder.path)).toEqual([])
  })

  test('that cannot be written are said once, and are written when they can be', async () => {
    await writeFile(folder.join('taken'), 'a file where the folder should be')
    const states = open(folder.join('taken'))
    await eventually(async () => expect(states.fault).toContain('free space or make the folder writable'))
    expect(lines).toHaveLength(1)
    await rm(folder.join('taken'))
    clock.advance(10_000)
    await eventually(async () => expect(states.fault).toBe(undefined))
    expect((await readdir(folder.join('taken'))).sort()).toEqual(['a.json', 'b.json'])
    await chmod(folder.join('taken'), 0o700)
  })
})
