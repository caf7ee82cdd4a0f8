import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { openViewerToken, type ViewerToken } from './viewer-token.ts'

const BOOT = '237e8b4a-fbed-47e3-8aa4-2982485012f1'
const NEXT_BOOT = '90c1d2e3-0000-4000-8000-000000000000'

let folder: TemporaryFolder
let lines: string[]

beforeEach(async () => {
  folder = await temporaryFolder()
  lines = []
})
afterEach(() => folder.dispose())

function open(boot: string | undefined = BOOT): ViewerToken {
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  return openViewerToken({ folder: folder.path, boot, log })
}

it('is in a file that only the user of the player can read', async () => {
  const { value, file } = open()
  expect(file).toBe(folder.join('viewer.token'))
  expect(await readFile(file, 'utf8')).toBe(`${value}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(value).toMatch(/^237e8b4a\.[\w-]{43}$/)
  expect(lines).toEqual([])
})

it('is the same while the machine stays up, and another after each boot', () => {
  const { value } = open()
  expect(open().value).toBe(value)
  const next = open(NEXT_BOOT).value
  expect(next).not.toBe(value)
  expect(open().value).not.toBe(value)
})

it('is another at each start where a boot cannot be told', () => {
  const { value } = openViewerToken({ folder: folder.path, boot: undefined, log: { info() {}, warn() {} } })
  const again = openViewerToken({ folder: folder.path, boot: undefined, log: { info() {}, warn() {} } })
  expect(again.value).toMatch(/^\.[\w-]{43}$/)
  expect(again.value).not.toBe(value)
})

it.each([
  ['that others could read', async (file: string) => chmod(file, 0o644)],
  ['that is no token', async (file: string) => writeFile(file, '237e8b4a.short\n')],
  ['that is empty', async (file: string) => writeFile(file, '')],
])('replaces one %s', async (_, spoil) => {
  const { value, file } = open()
  await spoil(file)
  const fresh = open()
  expect(fresh.value).not.toBe(value)
  expect(await readFile(file, 'utf8')).toBe(`${fresh.value}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it('lets the screens of before in when the disk takes nothing, and says so', async () => {
  const { value, file } = open()
  // A folder in its place: what is to replace the token cannot be written, also not by root.
  await mkdir(folder.join('viewer.token.new'))
  expect(open(NEXT_BOOT).value).toBe(value)
  expect(lines).toEqual([
    expect.stringMatching(
      /viewer\.token cannot be written \(.*\): the token of an earlier start stays in force;/,
    ),
  ])
  expect(await readFile(file, 'utf8')).toBe(`${value}\n`)
})

it('says that no screen can be let in when there was none either', async () => {
  await mkdir(folder.join('viewer.token.new'))
  expect(open().value).toMatch(/^237e8b4a\./)
  expect(lines).toEqual([
    expect.stringMatching(/cannot be written \(.*\): no screen can be let in; free space or make the folder/),
  ])
})
