import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { type StartedMosquitto, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { type TestTerminal, testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

/** ms; machines are busy at times. */
const PATIENCE = { timeout: 10_000 }

let folder: TemporaryFolder
let terminal: TestTerminal
let playing: Promise<number> | undefined
let broker: StartedMosquitto | undefined

beforeEach(async () => {
  terminal = testTerminal()
  folder = await temporaryFolder()
  const { sender } = amberAlert()
  const files = ['--out', folder.join('key.json'), '--keyring', folder.join('keyring.json')]
  await run(['keys', 'new', ...files, '--kid', 'one', '--role', 'issuer', '--sender', sender], testTerminal())
})

afterEach(async () => {
  terminal.interrupt()
  await playing
  await broker?.dispose()
  playing = undefined
  broker = undefined
  await folder.dispose()
})

async function playerYaml(broker: string): Promise<string> {
  const file = folder.join('player.yaml')
  await writeFile(
    file,
    `schema: kijkuit-player/1
player: station-1
brokers:
  - ${broker}
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels:
  - { id: hall, preset: station-landscape }
  - { id: sign, preset: character-3x16 }
`,
  )
  return file
}

/** Waits for a line of NDJSON that is like this. */
async function said(like: Readonly<Record<string, unknown>>): Promise<void> {
  await expect
    .poll(() => terminal.output.map((line): unknown => JSON.parse(line)), PATIENCE)
    .toContainEqual(expect.objectContaining(like))
}

it('shows what publish sends, across a real broker with its committed ACL', async () => {
  broker = await startMosquitto({ users: ['issuer', 'station-1'] })
  await writeFile(folder.join('password'), 'only-for-tests\n')
  const url = `{ url: '${broker.url}', username: station-1, passwordFile: password }`
  playing = run(['play', await playerYaml(url), '--json'], terminal)
  await said({ event: 'listening', tokenFile: folder.join('data/viewer.token') })
  await said({ event: 'armed' })

  const { identifier: _, sent: __, expires: ___, ...draft } = amberAlert()
  await writeFile(folder.join('alert.json'), JSON.stringify(draft))
  const login = ['--username', 'issuer', '--password-file', folder.join('password')]
  const words = ['--broker', broker.url, '--key', folder.join('key.json'), '--area', 'nl', ...login]
  const issuer = testTerminal()
  expect(await run(['publish', folder.join('alert.json'), '--for', '1h', ...words], issuer)).toBe(0)
  await said({ event: 'receipt', kind: 'composed', panel: 'hall', revision: 1 })
  await said({ event: 'receipt', kind: 'composed', panel: 'sign', revision: 1 })
  expect(await run(['publish', folder.join('alert.json'), '--cancel', ...words], issuer)).toBe(0)
  await said({ event: 'receipt', kind: 'verified', revision: 2 })
  expect(terminal.output.join()).not.toContain('Zoë')

  terminal.interrupt()
  expect(await playing).toBe(0)
  expect(terminal.output.at(-1)).toBe('{"event":"stopped"}')
})

it('keeps trying while the broker is away, says so in one line, and stops at Ctrl-C', async () => {
  const url = `mqtt://127.0.0.1:${await freePort()}`
  playing = run(['play', await playerYaml(url)], terminal)
  await expect
    .poll(() => terminal.errors.filter((line) => line.includes('no connection')), PATIENCE)
    .toHaveLength(1)
  terminal.interrupt()
  expect(await playing).toBe(0)
  expect(terminal.output.at(-1)).toMatch(/ stopped$/)
})

it('does not start with a wrong configuration: file, line and fix are named', async () => {
  const file = await playerYaml('mqtt://127.0.0.1')
  await writeFile(folder.join('keyring.json'), '{}')
  expect(await run(['play', file], terminal)).toBe(1)
  expect(terminal.errors.filter((line) => line.includes('keyring.json'))).not.toEqual([])
  expect(terminal.output).toEqual([])
})
