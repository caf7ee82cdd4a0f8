import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { keyringText, testKey } from '../../display-client/testkit/keys.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { type TestTerminal, testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(() => folder.dispose())

interface Checked {
  readonly status: number
  readonly terminal: TestTerminal
  readonly file: string
}

async function check(name: string, text: string, ...words: readonly string[]): Promise<Checked> {
  const file = folder.join(name)
  await writeFile(file, text)
  const terminal = testTerminal()
  return { status: await run(['check', file, ...words], terminal), terminal, file }
}

describe('what is in order', () => {
  it('is said to be: an alert', async () => {
    const { status, terminal, file } = await check('a.json', JSON.stringify(amberAlert()))
    expect([status, terminal.output]).toEqual([0, [`${file}: ok (alert amber-2026-0001 revision 1)`]])
  })

  it('is said to be: a keyring and a private key, which is never printed', async () => {
    const key = testKey()
    expect((await check('ring.json', keyringText(key))).status).toBe(0)
    const { status, terminal } = await check('key.json', JSON.stringify(key.file), '--json')
    expect(status).toBe(0)
    expect(terminal.output.join()).not.toContain(key.file.privateKey.d)
  })

  it('is said to be: every file that comes with Kijkuit', async () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    const files = ['scripts/demo/alert.yaml', 'scripts/demo/update.yaml', 'templates/panels/atm.yaml']
    const terminal = testTerminal()
    expect(await run(['check', ...files.map((file) => `${root}${file}`)], terminal)).toBe(0)
    expect(terminal.output[0]).toMatch(
      /alert\.yaml: ok \(alert demo-zoe; a draft: publish fills in what is left out\)$/,
    )
  })

  it('is said to be: a font, with what it holds and what Dutch will miss', async () => {
    const led = new URL('../../display-client/compose/fonts/led-9.font.txt', import.meta.url)
    const text = await readFile(led, 'utf8')
    const whole = await check('ours.font.txt', text)
    expect([whole.status, whole.terminal.output]).toEqual([
      0,
      [
        `${whole.file}: ok (LED font: capitals of 9 px, a line of 14 px, 337 characters, all that Dutch needs)`,
      ],
    ])
    const poor = await check('poor.font.txt', text.replace(/glyph €\n[.#\n]+\n/, ''))
    expect(poor.terminal.output.join()).toMatch(/336 characters, Dutch will miss €\)$/)
  })

  it('is printed normalised with --json', async () => {
    const { identifier, ...rest } = amberAlert()
    const untidy = { ...rest, identifier, subject: { name: '  Zoe\u0308 \u202e' } }
    const { terminal } = await check('a.json', JSON.stringify(untidy), '--json')
    expect(JSON.parse(terminal.output.join(''))).toEqual({ ...amberAlert(), subject: { name: 'Zoë' } })
  })
})

describe('what is not in order', () => {
  it('is named with file, line, column and path, one line for each fault', async () => {
    const text =
      'schema: kijkuit-panel/1\ntitle: Bar\npixels:\n  width: 0\n  height: 360\n  pitch: 0.4\nviewDistance: 3\n'
    const { status, terminal, file } = await check('panel.yaml', text)
    expect(status).toBe(1)
    expect(terminal.output).toEqual([])
    expect(terminal.errors).toEqual([
      expect.stringMatching(new RegExp(`^${file}:4:10 pixels\\.width: must be at least 1`)),
      expect.stringMatching(new RegExp(`^${file}:\\d+:\\d+ viewingDistance: `)),
      expect.stringMatching(new RegExp(`^${file}:7:1 viewDistance: `)),
    ])
  })

  it('a theme that there is not, and one for a sign, are named with the fix', async () => {
    const panel = 'schema: kijkuit-panel/1\ntitle: Bar\nviewingDistance: 3\n'
    const screen = `${panel}pixels: { width: 1920, height: 360, pitch: 0.4 }\n`
    expect((await check('panel.yaml', `${screen}theme: warning-dark\n`)).status).toBe(0)
    const unknown = await check('panel.yaml', `${screen}theme: warning-drak\n`)
    expect(unknown.terminal.errors).toEqual([
      `${unknown.file}:5:8 theme: there is no theme warning-drak; did you mean warning-dark?`,
    ])
    const led = await check('panel.yaml', `${screen.replace('0.4', '10, font: led')}theme: warning-dark\n`)
    expect(led.terminal.errors).toEqual([
      `${led.file}:5:8 theme: is for screens (pixels.font: outline); take it out, signs have the colours of their lamps`,
    ])
  })

  it('is given as data with --json', async () => {
    const { status, terminal, file } = await check(
      'panel.yaml',
      'schema: kijkuit-words/1\nlanguage: Dutch\n',
      '--json',
    )
    expect(status).toBe(1)
    const printed: { file: string; faults: { line: number; path: string }[] } = JSON.parse(
      terminal.output.join(''),
    )
    expect(printed.file).toBe(file)
    expect(printed.faults).toContainEqual(expect.objectContaining({ line: 2, path: 'language' }))
  })

  it('does not keep the other files from being checked', async () => {
    await writeFile(folder.join('good.json'), JSON.stringify(amberAlert()))
    const terminal = testTerminal()
    expect(await run(['check', folder.join('none.json'), folder.join('good.json')], terminal)).toBe(1)
    expect(terminal.errors).toEqual([`${folder.join('none.json')}: there is no such file`])
    expect(terminal.output).toHaveLength(1)
  })

  it.each([
    [
      'XML',
      '<?xml version="1.0"?><alert/>',
      /: is XML; CAP XML cannot be read yet, so write a\.txt as a kijkuit-alert\/1/,
    ],
    ['without a schema', '{}', / schema: .*kijkuit-alert\/1, .*kijkuit-player\/1$/],
    ['of a schema that is not known', 'schema: kijkuit-alert/2', / schema: must be one of kijkuit-alert\/1/],
    ['no text at all', '', /: .+/],
  ])('is named when it is %s', async (_what, text, line) => {
    const { status, terminal } = await check('a.txt', text)
    expect([status, terminal.errors]).toEqual([1, [expect.stringMatching(line)]])
  })

  it('is a player configuration whose keyring is missing: the fix is named', async () => {
    const text = `schema: kijkuit-player/1
player: station-1
brokers: [mqtt://127.0.0.1]
areas: [nl]
keyring: keyring.json
data: data
panels: [{ id: hall, preset: station-landscape }]
`
    const { status, terminal } = await check('player.yaml', text)
    expect([status, terminal.errors]).toEqual([
      1,
      [expect.stringMatching(/player\.yaml:5:10 keyring: .*kijkuit keys new/)],
    ])
  })
})
