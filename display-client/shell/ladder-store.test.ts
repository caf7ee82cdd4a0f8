import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { BOTTOM } from './ladder.ts'
import { type LadderStore, ladderStore } from './ladder-store.ts'

let folder: TemporaryFolder
let store: LadderStore
let said: string[]

beforeEach(async () => {
  folder = await temporaryFolder()
  said = []
  store = ladderStore(folder.join('state', 'shell'), (sentence) => said.push(sentence))
})
afterEach(() => folder.dispose())

it('keeps where the ladder of each panel stands, in a folder that it makes', async () => {
  expect(store.load('hall')).toEqual(BOTTOM)
  store.save('hall', { rung: 4, restarts: [1_764_000_000_000] })
  store.save('bar-1', { rung: 1, restarts: [] })
  expect(store.load('hall')).toEqual({ rung: 4, restarts: [1_764_000_000_000] })
  expect(store.load('bar-1')).toEqual({ rung: 1, restarts: [] })
  expect((await readdir(folder.join('state', 'shell'))).sort()).toEqual([
    'ladder-bar-1.json',
    'ladder-hall.json',
  ])
  expect(said).toEqual([])
})

it.each([
  '',
  '{"rung": 1',
  '[]',
  'null',
  '{"rung": -1, "restarts": []}',
  '{"rung": 1.5, "restarts": []}',
  '{"rung": 1, "restarts": ["now"]}',
  `{"rung": 1, "restarts": [${Array(1_000).fill(1)}]}`,
])('begins at the bottom when the file holds %j, and says so', async (text) => {
  await mkdir(folder.join('state', 'shell'), { recursive: true })
  const path = folder.join('state', 'shell', 'ladder-hall.json')
  await writeFile(path, text)
  expect(store.load('hall')).toEqual(BOTTOM)
  expect(said).toEqual([
    `${path} is broken and will be written anew; the ladder of hall begins at the bottom.`,
  ])
  store.save('hall', { rung: 2, restarts: [] })
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ rung: 2, restarts: [] })
})

it('says once that the disk takes nothing, and goes on', async () => {
  await writeFile(folder.join('state'), 'not a folder')
  store.save('hall', { rung: 2, restarts: [] })
  store.save('hall', { rung: 3, restarts: [] })
  expect(said).toEqual([
    `${folder.join('state', 'shell')} does not take the state of the ladder (ENOTDIR); make it writable for this user.`,
  ])
})
