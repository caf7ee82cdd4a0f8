import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KeyringFile } from '../alert/keyring.ts'
import { Disposables } from '../base/disposal.ts'
import { testKey } from '../testkit/keys.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { KeyringStore, readInstalledKeyring } from './keyring-store.ts'

const held = new Disposables()
let folder: TemporaryFolder
let installed: KeyringFile
let updated: KeyringFile
let clock: TestClock
let lines: string[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  clock = new TestClock()
  lines = []
  const [first, second] = [testKey(), testKey({ kid: 'test-2' })]
  installed = { schema: 'kijkuit-keyring/1', keys: [first.entry] }
  const revoked = [{ kid: 'test-0', since: '2026-11-01T00:00:00+00:00', reason: 'stolen' as const }]
  updated = { schema: 'kijkuit-keyring/1', sequence: 7, keys: [second.entry], revoked }
})
afterEach(() => held.dispose())

const open = (given = installed, path = folder.path): KeyringStore =>
  held.add(
    new KeyringStore({
      ...{ installed: given, folder: path, clock },
      log: { info: () => {}, warn: (line) => lines.push(line) },
    }),
  )

test('starts with what is installed, and after an update with that, also after a restart', () => {
  const store = open()
  expect(store.keyring).toEqual(installed)
  store.keep(updated)
  expect(store.stored).toBe(true)
  expect(open().keyring).toEqual(updated)
  expect(lines).toEqual([])
})

test('lets the owner put a newer keyring in place, and forgets no revocation by that', () => {
  open().keep(updated)
  const { keyring } = open({ ...installed, sequence: 8 })
  expect(keyring.keys).toEqual(installed.keys)
  expect(keyring.revoked).toEqual(updated.revoked)
})

test('leaves only whole files, which only the player may read', async () => {
  open().keep(updated)
  expect(await readdir(folder.path)).toEqual(['keyring.json'])
  expect((await stat(folder.join('keyring.json'))).mode & 0o777).toBe(0o600)
})

test('never reads what a power cut left half', async () => {
  open().keep(updated)
  await writeFile(folder.join('keyring.json.new'), '{"schema":')
  expect(open().keyring).toEqual(updated)
  expect(lines).toEqual([])
})

test.each([
  ['half a file', '{"schema": "kijkuit-keyring/1", "keys": ['],
  ['another file', '{"schema": "kijkuit-key/1"}'],
  ['nothing', ''],
])('sets %s aside, says so, and goes on with what is installed', async (_, text) => {
  await writeFile(folder.join('keyring.json'), text)
  expect(open().keyring).toEqual(installed)
  const [aside = ''] = await readdir(folder.path)
  expect(aside).toMatch(/^keyring\.json\.broken-2026-11-22/)
  expect(await readFile(folder.join(aside), 'utf8')).toBe(text)
  expect(lines).toEqual([expect.stringContaining(`it was set aside as ${folder.join(aside)}`)])
})

test('goes on with the new keyring when the disk does not take it, says so once, and tries again', async () => {
  const missing = folder.join('data')
  const store = open(installed, missing)
  store.keep(updated)
  clock.advance(30_000)
  expect(store.stored).toBe(false)
  expect(lines).toEqual([expect.stringContaining('until then a restart forgets keyring update 7')])
  await mkdir(missing)
  clock.advance(30_000)
  expect(store.stored).toBe(true)
  expect(clock.waiting).toBe(0)
  expect(open(installed, missing).keyring).toEqual(updated)
})

test('names what is wrong with an installed keyring', async () => {
  expect(readInstalledKeyring(folder.join('no.json'))).toEqual({
    ok: false,
    failure: `${folder.join('no.json')}: cannot be read; make one with: kijkuit keys new`,
  })
  await writeFile(folder.join('keyring.json'), '{ schema: kijkuit-keyring/1 }')
  expect(readInstalledKeyring(folder.join('keyring.json'))).toMatchObject({
    failure: expect.stringMatching(/keyring\.json:1:1 keys: is missing/),
  })
  await rm(folder.join('keyring.json'))
})
