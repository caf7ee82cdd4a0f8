import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { Hosts } from './hosts.ts'

const held = new Disposables()
let folder: TemporaryFolder
let clock: TestClock
let changes: string[]
let lines: string[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  clock = new TestClock(Date.now())
  changes = []
  lines = []
})
afterEach(() => held.dispose())

const panel = (id: string, profile: object): Panel => ({
  ...PanelProfileSchema.parse({
    ...{ schema: 'kijkuit-panel/1', title: id, pixels: { width: 800, height: 600, pitch: 0.3 } },
    ...{ viewingDistance: 1.5, ...profile },
  }),
  id,
})

function open(host: object = {}): Hosts {
  const panels = [panel('atm', { onlyIdle: true, host }), panel('wall', {})]
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  const hosts: Hosts = held.add(
    new Hosts({ panels, clock, log, onChange: () => changes.push(hosts.verdict('atm') ?? '') }),
  )
  return hosts
}

/** The disk tells of a change when it likes. */
const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(
    () => {
      clock.advance(0)
      check()
    },
    { timeout: 10_000, interval: 20 },
  )

describe('the host of an ATM', () => {
  test('is heard over HTTP: idle, touched, back after a time, silent, busy', () => {
    const hosts = open({ silence: 100, untouched: 30 })
    expect([hosts.verdict('atm'), hosts.isFree({ id: 'atm' })]).toEqual(['unheard', false])
    expect(hosts.say('atm', true)).toEqual({ ok: true, value: 'idle' })
    hosts.touched('atm')
    clock.advance(29_999)
    expect(hosts.isFree({ id: 'atm' })).toBe(false)
    clock.advance(1)
    expect(hosts.isFree({ id: 'atm' })).toBe(true)
    clock.advance(70_000)
    hosts.say('atm', true)
    hosts.say('atm', false)
    expect(changes).toEqual(['idle', 'touched', 'idle', 'silent', 'idle', 'busy'])
  })

  test('is asked for no other panel, and told so', () => {
    const hosts = open()
    expect(hosts.verdict('wall')).toBe(undefined)
    expect(hosts.isFree({ id: 'wall' })).toBe(true)
    expect(hosts.say('wall', true)).toEqual({
      ok: false,
      failure: 'panel wall asks no host; set onlyIdle: true in its profile',
    })
    hosts.touched('wall')
    expect(changes).toEqual([])
  })
})

describe('the file of a host', () => {
  test('is followed when it is written in place and when another takes its name', async () => {
    const file = folder.join('host')
    const hosts = open({ file })
    expect(hosts.verdict('atm')).toBe('unheard')
    await writeFile(file, 'idle\n')
    await eventually(() => expect(hosts.verdict('atm')).toBe('idle'))
    await writeFile(folder.join('next'), 'busy')
    await rename(folder.join('next'), file)
    await eventually(() => expect(hosts.verdict('atm')).toBe('busy'))
    await writeFile(file, 'IDLE')
    await eventually(() => expect(hosts.verdict('atm')).toBe('idle'))
    await rm(file)
    expect(lines).toEqual([])
  })

  test('that is there already counts from when it was written', async () => {
    const file = folder.join('host')
    await writeFile(file, 'idle')
    const past = new Date(Date.now() - 3_600_000)
    await utimes(file, past, past)
    const hosts = open({ file })
    expect(hosts.verdict('atm')).toBe('silent')
    await utimes(file, new Date(), new Date())
    await eventually(() => expect(hosts.verdict('atm')).toBe('idle'))
  })

  test('that holds something else counts as busy, and is said once with the fix', async () => {
    const file = folder.join('host')
    await writeFile(file, 'idle')
    const hosts = open({ file })
    expect(hosts.verdict('atm')).toBe('idle')
    for (const word of ['maybe', 'perhaps', 'x'.repeat(1_000_000)]) {
      await writeFile(file, word)
      await eventually(() => expect(hosts.verdict('atm')).toBe('busy'))
    }
    const fault = `${file} must hold one word, idle or busy; until then the host of atm counts as busy`
    expect(hosts.faults).toEqual([fault])
    expect(lines).toEqual([fault])
    await writeFile(file, 'idle')
    await eventually(() => expect(hosts.faults).toEqual([]))
  })

  test('may be in a folder that comes later, and is looked for again and again', async () => {
    const hosts = open({ file: folder.join('later', 'host') })
    await mkdir(folder.join('later'))
    await writeFile(folder.join('later', 'host'), 'idle')
    clock.advance(2_000)
    expect(hosts.verdict('atm')).toBe('idle')
  })

  test('that is a folder or cannot be read is as one that is not there', async () => {
    await mkdir(folder.join('host'))
    const hosts = open({ file: folder.join('host') })
    clock.advance(10_000)
    expect(hosts.verdict('atm')).toBe('unheard')
  })
})
