import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'
import { placeOf } from './roll.ts'
import { RollStore } from './roll-store.ts'

let folder: TemporaryFolder
let lines: string[]

beforeEach(async () => {
  folder = await temporaryFolder()
  lines = []
})
afterEach(() => folder.dispose())

const open = (now = TEST_TIME): RollStore =>
  new RollStore(folder.path, now, { info: () => {}, warn: (line) => void lines.push(line) })

const entry = {
  ...{
    area: 'nl',
    sender: 'politie@example.org',
    incident: 'case-1',
    revision: 2,
    sha256: 'a',
    kid: 'key-1',
    isHearsay: false,
    photos: ['b'],
  },
  ...{ expires: TEST_TIME + 1_000, until: TEST_TIME + 900, ended: false },
}

test('gives back the roll after a restart', () => {
  const other = { ...entry, sender: 'brandweer@example.org', revision: 9 }
  const roll = new Map([entry, other].map((one) => [placeOf(one), one]))
  open().put(roll)
  expect(open().roll).toEqual(roll)
  expect(lines).toEqual([])
})

test('gives numbers that rise: by the clock, over restarts, and when the clock is set back', () => {
  const first = open()
  expect(first.next(TEST_TIME)).toBe(TEST_TIME)
  expect(first.next(TEST_TIME)).toBe(TEST_TIME + 1)
  expect(first.next(TEST_TIME + 10_000)).toBe(TEST_TIME + 10_000)
  expect(first.next(TEST_TIME - 3_600_000)).toBe(TEST_TIME + 10_001)
  // Not closed in any way: as after kill -9.
  const second = open()
  const next = second.next(TEST_TIME + 20_000)
  expect(next).toBeGreaterThan(TEST_TIME + 10_001)
  expect(open().next(0)).toBeGreaterThan(next)
})

test('writes once for many numbers', async () => {
  const store = open()
  store.next(TEST_TIME)
  const written = await readFile(folder.join('roll.json'), 'utf8')
  for (let passed = 10_000; passed <= 300_000; passed += 10_000) store.next(TEST_TIME + passed)
  expect(await readFile(folder.join('roll.json'), 'utf8')).toBe(written)
  store.next(TEST_TIME + 300_001)
  expect(await readFile(folder.join('roll.json'), 'utf8')).not.toBe(written)
})

test('leaves out numbers that were seen elsewhere', () => {
  const store = open()
  store.skip(TEST_TIME + 500)
  expect(store.next(TEST_TIME)).toBe(TEST_TIME + 501)
})

test('gives no number that is not on disk', async () => {
  await mkdir(folder.join('roll.json.new'))
  expect(() => open().next(TEST_TIME)).toThrow()
})

test('sets aside what it cannot read, and says so', async () => {
  await writeFile(folder.join('roll.json'), '{"schema":"kijkuit-roll/2","reserved":-1,"entries":[]}')
  expect(open().roll.size).toBe(0)
  expect(lines).toEqual([expect.stringContaining('roll.json.broken-')])
  expect(await readdir(folder.path)).toEqual([expect.stringContaining('roll.json.broken-')])
})
