import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyringOf, type NewKey } from '../../display-client/alert/keyring.ts'
import { type Manifest, openManifest } from '../../display-client/alert/manifest.ts'
import { Disposables } from '../../display-client/base/disposal.ts'
import { alertTopic, manifestTopic } from '../../display-client/player/topics.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { type StartedMosquitto, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { keyringText, testKey } from '../../display-client/testkit/keys.ts'
import { connectClient } from '../../display-client/testkit/mqtt-client.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

/** ms; machines are busy at times. */
const PATIENCE = { timeout: 20_000, interval: 20 }
const DAY = 24 * 3_600_000
const TOPIC = alertTopic('nl', 'amber-2026-0001')
const COMMAND = fileURLToPath(new URL('../kijkuit.ts', import.meta.url))
const { identifier: _, sent: __, expires: ___, ...DRAFT } = amberAlert()

let held: Disposables
let folder: TemporaryFolder
let key: NewKey

beforeEach(async () => {
  held = new Disposables()
  folder = held.add(await temporaryFolder())
  key = testKey({ notBefore: Date.now() - DAY, notAfter: Date.now() + DAY })
  await writeFile(folder.join('key.json'), JSON.stringify(key.file))
  await writeFile(folder.join('keyring.json'), keyringText(key))
  await writeFile(folder.join('draft.json'), JSON.stringify(DRAFT))
  await writeFile(folder.join('password'), 'only-for-tests\n')
})
afterEach(() => held.dispose())

const words = (url: string): string[] => {
  const files = ['--key', folder.join('key.json'), '--keyring', folder.join('keyring.json')]
  return ['manifest', '--broker', url, '--area', 'nl', ...files, '--data', folder.join('keeper')]
}

type Event = Readonly<Record<string, unknown>>

/** The real command in a process of its own. */
class Keeping {
  readonly events: Event[] = []
  readonly child: ChildProcess
  readonly status: Promise<unknown>

  constructor(url: string) {
    const login = ['--username', 'keeper', '--password-file', folder.join('password')]
    this.child = spawn(process.execPath, [COMMAND, ...words(url), ...login, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '' },
    })
    this.status = once(this.child, 'close').then(([status]) => status)
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) => this.events.push(JSON.parse(line)))
    held.defer(() => this.kill())
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.status
  }
}

/** The lists that come from `broker`, in order. */
async function lists(broker: StartedMosquitto): Promise<Manifest[]> {
  const client = held.add(await connectClient(broker.login('station-1'), 5))
  const manifests: Manifest[] = []
  client.on('message', (_topic, payload) => {
    const keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys: [key.entry] })
    const opened = openManifest(payload, keyring, Date.now())
    if (opened.ok) manifests.push(opened.value.manifest)
  })
  await client.subscribeAsync(manifestTopic('nl'), { qos: 1 })
  return manifests
}

async function publish(broker: StartedMosquitto, ...more: readonly string[]): Promise<void> {
  const login = ['--username', 'issuer', '--password-file', folder.join('password')]
  const where = ['--broker', broker.url, '--key', folder.join('key.json'), '--area', 'nl', ...login]
  const terminal = testTerminal()
  if ((await run(['publish', folder.join('draft.json'), ...where, ...more], terminal)) !== 0)
    throw new Error(terminal.errors.join())
}

describe('kijkuit manifest, across a real broker with its committed ACL', () => {
  it('keeps the list over kill -9: never a number twice, never a list that is short', async () => {
    const broker = held.add(await startMosquitto({ users: ['issuer', 'keeper', 'station-1'] }))
    const manifests = await lists(broker)
    await publish(broker, '--for', '2h')
    let keeping = new Keeping(broker.url)
    await expect.poll(() => manifests.length, PATIENCE).toBeGreaterThan(0)
    for (let round = 0; round < 2; round += 1) {
      await keeping.kill()
      const before = manifests.length
      keeping = new Keeping(broker.url)
      await expect.poll(() => manifests.length, PATIENCE).toBeGreaterThan(before)
    }
    const numbers = manifests.map(({ seq }) => seq)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
    for (const { active } of manifests)
      expect(active).toMatchObject([{ incident: 'amber-2026-0001', revision: 1 }])

    // Somebody clears what is live; and then it ends.
    const issuer = held.add(await connectClient(broker.login('issuer'), 5))
    await issuer.publishAsync(TOPIC, '', { qos: 1, retain: true })
    const restored = { event: 'restored', broker: broker.url, topic: TOPIC }
    await expect.poll(() => keeping.events, PATIENCE).toContainEqual(restored)
    await publish(broker, '--cancel')
    await expect.poll(() => manifests.at(-1)?.active, PATIENCE).toEqual([])
    keeping.child.kill('SIGINT')
    expect(await keeping.status).toBe(0)
    expect(keeping.events.at(-1)).toEqual({ event: 'stopped' })
  }, 90_000)

  it('says what is going on in plain lines, and stops at Ctrl-C', async () => {
    const broker = held.add(await startMosquitto())
    const terminal = testTerminal()
    const keeping = run(words(broker.url), terminal)
    await expect.poll(() => terminal.output.join('\n'), PATIENCE).toMatch(/ nl: nothing is live$/m)
    terminal.interrupt()
    expect(await keeping).toBe(0)
    expect(terminal.output.map((line) => line.slice(9))).toEqual([
      expect.stringMatching(/^no list is published: mqtt:\S+ must be heard out first/),
      `${broker.url}: everything it retains is known`,
      'lists are published, and say how things stand now',
      'nl: nothing is live',
      'stopped',
    ])
  })
})

describe('kijkuit manifest, with a mistake', () => {
  it.each<[what: string, change: (words: string[]) => string[], line: RegExp]>([
    [
      'an address that is none',
      (all) => [...all, '--broker', 'broker'],
      /^--broker broker: must be mqtt:\/\//,
    ],
    ['an area that is none', (all) => [...all, '--area', 'Utrecht'], /^--area Utrecht: must be/],
    ['a name that is no topic level', (all) => [...all, '--name', 'a/b'], /^--name a\/b: must be/],
    ['a keyring that is not there', (all) => [...all, '--keyring', 'nowhere'], /kijkuit keys new$/],
    ['a key that is not there', (all) => [...all, '--key', 'nowhere'], /^nowhere: there is no such file$/],
    ['no data folder', (all) => all.slice(0, -2), /--data/],
  ])('names %s in one line', async (_what, change, line) => {
    const terminal = testTerminal()
    expect(await run(change(words('mqtt://127.0.0.1:1')), terminal)).toBe(1)
    expect(terminal.errors).toEqual([expect.stringMatching(line)])
    expect(terminal.output).toEqual([])
  })

  it('does not sign with a key that no player would believe', async () => {
    const other = testKey({ kid: 'other' })
    await writeFile(folder.join('key.json'), JSON.stringify(other.file))
    const terminal = testTerminal()
    expect(await run(words('mqtt://127.0.0.1:1'), terminal)).toBe(1)
    expect(terminal.errors).toEqual([expect.stringMatching(/keyring\.json: does not hold the key other /)])
    const drill = testKey({ kid: 'drill', roles: ['drill'] })
    await writeFile(folder.join('key.json'), JSON.stringify(drill.file))
    await writeFile(folder.join('keyring.json'), keyringText(drill))
    const again = testTerminal()
    expect(await run(words('mqtt://127.0.0.1:1'), again)).toBe(1)
    expect(again.errors).toEqual([expect.stringMatching(/neither an issuer's nor a supervisor's/)])
  })
})
