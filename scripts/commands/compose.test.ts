import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Composition } from '../../display-client/compose/composition.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

let folder: TemporaryFolder
let alert: string

beforeAll(async () => {
  folder = await temporaryFolder()
  alert = folder.join('alert.json')
  await writeFile(alert, JSON.stringify(amberAlert()))
})

afterAll(() => folder?.dispose())

async function compose(
  ...words: readonly string[]
): Promise<{ status: number; text: string; errors: readonly string[] }> {
  const terminal = testTerminal()
  const status = await run(['compose', ...words], terminal)
  return { status, text: terminal.output.join('\n'), errors: terminal.errors }
}

describe('kijkuit compose', () => {
  it('prints the lines of a sign of characters in a frame of its size', async () => {
    const { status, text } = await compose(alert, '--panel', 'character-3x16')
    expect(status).toBe(0)
    const pages = text.split(/Character sign 3x16, page \d of \d \(\d+\.\d s\)\n/).slice(1)
    expect(pages.length).toBeGreaterThan(0)
    for (const page of pages) expect(page).toMatch(/^┌─{16}┐\n(│.{16}│\n){3}└─{16}┘\n/)
    expect(pages[0]).toContain('AMBER')
    expect(text).toMatch(/\nreading time: \d+\.\d s of the \d+\.\d s there are\n/)
  })

  it('draws with the font that the panel names, and says what is wrong with it', async () => {
    const panel = folder.join('sign.yaml')
    const profile = (font: string): string =>
      `schema: kijkuit-panel/1\ntitle: Sign\npixels: { width: 96, height: 16, pitch: 10, font: ${font} }\nviewingDistance: 15\n`
    const fontsOf = async (font: string) => {
      await writeFile(panel, profile(font))
      const { status, text, errors } = await compose(alert, '--panel', panel, '--json')
      if (status !== 0) return errors
      const { pages } = JSON.parse(text) as Composition
      return [
        ...new Set(
          pages.flatMap(({ content }) =>
            content.type === 'pixels'
              ? content.boxes.flatMap((box) => (box.type === 'text' ? [box.font] : []))
              : [],
          ),
        ),
      ]
    }
    expect(await fontsOf('led-5')).toEqual(['led-5'])
    const led = new URL('../../display-client/compose/fonts/led-11.font.txt', import.meta.url)
    await writeFile(folder.join('ours.font.txt'), await readFile(led))
    expect(await fontsOf('ours.font.txt')).toEqual(['ours.font.txt'])
    await writeFile(folder.join('ours.bdf'), 'PNG')
    expect(await fontsOf('ours.bdf')).toEqual([
      `${folder.join('ours.bdf')}:1:1: is no BDF font: its first line must be STARTFONT 2.1`,
    ])
    expect(await fontsOf('theirs.bdf')).toEqual([
      `${folder.join('theirs.bdf')}: cannot be read as a font; check the path and its permissions (at most 2000000 bytes)`,
    ])
    expect((await fontsOf('led-12')).join()).toMatch(
      /^pixels\.font led-12: is no LED type; there are led-5, /,
    )
  })

  it('draws the dots of an LED panel', async () => {
    const { status, text } = await compose(alert, '--panel', 'text-car-112x80')
    expect(status).toBe(0)
    expect(text).toMatch(/┌─{112}┐\n(│[ ▀▄█]{112}│\n){40}└─{112}┘/)
    expect(text).toMatch(/[▀▄█]/)
  })

  it('lists what a screen shows: fact, text, size and place', async () => {
    const { status, text } = await compose(alert, '--panel', 'station-landscape')
    expect(status).toBe(0)
    expect(text).toMatch(/^ {2}kind {5}AMBER ALERT {3}\(\d+ px bold at \d+, \d+\)$/m)
    expect(text).toContain('XX-123-X')
    expect(text).toContain('0800-0000')
  })

  it('says what was left out and why', async () => {
    const { text } = await compose(alert, '--panel', 'ticker-1x20')
    expect(text).toMatch(/^left out: {5}[a-z]+ \(.+\)$/m)
  })

  it('prints the composition with --json, the same each time', async () => {
    const [first, second] = [
      await compose(alert, '--panel', 'atm', '--json'),
      await compose(alert, '--panel', 'atm', '--json'),
    ]
    const composition: Composition = JSON.parse(first.text)
    expect(composition).toMatchObject({
      panel: 'atm',
      incident: 'amber-2026-0001',
      revision: 1,
      cannotFit: [],
    })
    expect(second.text).toBe(first.text)
  })

  it('takes a panel from a file', async () => {
    const panel = folder.join('my-sign.yaml')
    const profile = { title: 'Mine', characters: { lines: 4, columns: 20 }, viewingDistance: 5 }
    await writeFile(panel, JSON.stringify({ schema: 'kijkuit-panel/1', ...profile }))
    const { text } = await compose(alert, '--panel', panel, '--json')
    expect(JSON.parse(text)).toMatchObject({ panel: 'my-sign' })
  })

  it('draws every page of a sign with --png', async () => {
    const file = folder.join('sign.png')
    const { status, text } = await compose(alert, '--panel', 'character-3x16', '--png', file, '--json')
    expect(status).toBe(0)
    const { pages }: Composition = JSON.parse(text)
    expect(await sharp(await readFile(file)).metadata()).toMatchObject({ format: 'png' })
    if (pages.length > 1) expect((await readFile(folder.join('sign-2.png'))).length).toBeGreaterThan(0)
  })

  it.each([
    [
      'a preset that does not exist',
      ['--panel', 'atmm'],
      /^--panel atmm: there is no such preset; did you mean .*\batm\b/,
    ],
    [
      'a picture of a screen',
      ['--panel', 'atm', '--png', 'a.png'],
      /^--png: only panels of LEDs and characters can be drawn/,
    ],
    ['a panel file that is not there', ['--panel', 'none.yaml'], /^none\.yaml: there is no such file$/],
  ])('says in one line that it cannot make %s', async (_what, words, line) => {
    const { status, errors } = await compose(alert, ...words)
    expect([status, errors]).toEqual([1, [expect.stringMatching(line)]])
  })
})
