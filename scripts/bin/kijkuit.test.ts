import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { Disposables } from '../../display-client/base/disposal.ts'
import { compose } from '../../display-client/compose/compose.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'
import { alertTopic } from '../../display-client/player/topics.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { startMosquitto } from '../../display-client/testkit/brokers.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { readPanel } from '../commands/panel-argument.ts'
import { connectIssuer } from '../issuer/connection.ts'
import { COMMAND, isCurrent } from '../setup/builds.mjs'
import { ROOT } from '../setup/run.mjs'

const HOUR = 3_600_000

/** The same command, as its sources and as it was built. */
const FORMS = [
  ['from its sources', 'scripts/kijkuit.ts'],
  ['as it was built', `${COMMAND.made}/kijkuit.js`],
] as const

const held = new Disposables()
let folder: TemporaryFolder

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
})
afterEach(() => held.dispose())

it('was built of these sources: npm test does that before the tests', () => {
  expect(isCurrent(COMMAND)).toBe(true)
})

describe.each(FORMS)('kijkuit %s', (_, entry) => {
  const command = (...words: string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, entry), ...words], { cwd: ROOT })

  it('composes what the sources compose, with the templates and types of the repository', async () => {
    writeFileSync(folder.join('alert.json'), JSON.stringify(amberAlert()))
    const words = ['compose', folder.join('alert.json'), '--panel', 'station-landscape', '--json']
    const panel = readPanel('station-landscape')
    const library = await readLibrary()
    if (!library.ok) throw new Error('the templates of the repository are wrong')
    const { hash } = compose(amberAlert(), panel, library.value)
    expect(JSON.parse((await command(...words)).stdout)).toMatchObject({ hash, cannotFit: [] })
  })

  it('shows the demo, and has nothing to complain of', async () => {
    const { stdout, stderr } = await command('demo', '--port', '0', '--seconds', '2', '--json')
    const events = stdout.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line).event))
    expect(events).toEqual(expect.arrayContaining(['listening', 'armed', 'stopped']))
    expect(stderr).toMatch(/^\S+ connected to mqtt:\S+ \(MQTT 3\.1\.1\)\n$/)
  })

  it('ends a mistake with one line', async () => {
    await expect(command('play', folder.join('nowhere.yaml'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\S.*nowhere\.yaml.*\n$/),
    })
  })

  it('plays: shows what is signed, and stops when it is told to', async () => {
    const broker = held.add(await startMosquitto())
    const now = Date.now()
    const key = testKey({ notBefore: now - HOUR, notAfter: now + HOUR })
    writeFileSync(folder.join('keyring.json'), keyringText(key))
    const panels = '[{ id: ticker, preset: ticker-1x20 }, { id: hall, preset: station-landscape }]'
    const rest = `areas: [nl]\nkeyring: keyring.json\ndata: data\nserver: { port: 0 }\npanels: ${panels}\n`
    writeFileSync(
      folder.join('player.yaml'),
      `schema: kijkuit-player/1\nplayer: built\nbrokers: [${broker.url}]\n${rest}`,
    )
    const issuer = await connectIssuer({ url: broker.url })
    if (!issuer.ok) throw new Error(issuer.failure)
    held.add(issuer.value)
    const child = spawn(process.execPath, [join(ROOT, entry), 'play', folder.join('player.yaml'), '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    held.defer(() => void child.kill('SIGKILL'))
    const composed = new Set<string>()
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, kind, panel } = JSON.parse(line)
      if (event === 'armed') {
        const alert = amberAlert({ sent: toCapTime(now), expires: toCapTime(now + HOUR) })
        await issuer.value.publish(alertTopic('nl', alert.incident), sealed(alert, key), now + HOUR, now)
      }
      if (kind === 'composed') composed.add(panel)
      if (composed.size === 2) break
    }
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
})
