import { cpSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { eventually } from '../testkit/eventually.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { TEMPLATES } from './config.ts'
import { LibraryFiles, readLibrary } from './library-files.ts'

const held = new Disposables()
let folder: TemporaryFolder
let clock: TestClock
let changes: number
let lines: string[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  cpSync(TEMPLATES, folder.path, { recursive: true })
  clock = new TestClock()
  changes = 0
  lines = []
})
afterEach(() => held.dispose())

async function open(): Promise<LibraryFiles> {
  const opened = await LibraryFiles.open({
    templates: folder.path,
    clock,
    log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    onChange: () => {
      changes += 1
    },
  })
  if (!opened.ok) throw new Error('no library')
  return held.add(opened.value)
}

/** Lets an edit be noticed, and the quiet after it pass. */
async function settle(): Promise<void> {
  await eventually(() => expect(clock.waiting).toBe(1))
  clock.advance(200)
}

const amber = (): string => folder.join('alerts', 'amber.yaml')

describe('the library of a running player', () => {
  test('is made of the templates, words, theme and fonts that ship with Kijkuit', async () => {
    const read = await readLibrary()
    expect(read.ok && [...read.value.templates.keys()]).toContain('amber')
    expect(read.ok && read.value.bitmaps.length).toBeGreaterThan(0)
  })

  test('takes up a changed template without a restart', async () => {
    const files = await open()
    const before = files.library
    await writeFile(amber(), `${await readFile(amber(), 'utf8')}\n# changed\n`)
    await settle()
    await eventually(() => expect(changes).toBe(1))
    expect(files.library).not.toBe(before)
    expect(files.faults).toEqual([])
  })

  test('keeps the last good template when an edit is wrong, says file and line, and recovers', async () => {
    const files = await open()
    const before = files.library
    const good = await readFile(amber(), 'utf8')
    await writeFile(amber(), good.replace('facts:', 'fcts:'))
    await settle()
    await eventually(() => expect(files.faults.length).toBeGreaterThan(0))
    expect(files.library).toBe(before)
    expect(changes).toBe(0)
    expect(lines.join('\n')).toMatch(/the last good template stays: .*amber\.yaml:\d+:\d+/)
    await writeFile(amber(), good)
    await settle()
    await eventually(() => expect(changes).toBe(1))
    expect(files.faults).toEqual([])
  })

  test('leaves no watcher and no timer behind', async () => {
    const files = await open()
    await writeFile(amber(), '# changed')
    await eventually(() => expect(clock.waiting).toBe(1))
    await files.dispose()
    expect(clock.waiting).toBe(0)
  })
})
