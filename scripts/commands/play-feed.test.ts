import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it, vi } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { Disposables } from '../../display-client/base/disposal.ts'
import { presenceTopic } from '../../display-client/player/topics.ts'
import { signOf } from '../../display-client/simulators/controlled-sign.ts'
import { SignController } from '../../display-client/simulators/sign-controller.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { startAedes } from '../../display-client/testkit/brokers.ts'
import { keyringText, testKey } from '../../display-client/testkit/keys.ts'
import { connectClient, listen, publishAlert } from '../../display-client/testkit/mqtt-client.ts'
import { preset } from '../../display-client/testkit/panels.ts'
import { temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { TestClock } from '../../display-client/testkit/test-clock.ts'

const COMMAND = fileURLToPath(new URL('../kijkuit.ts', import.meta.url))
const TOKEN = 'a-token-of-the-test-0123456789'
const HOUR = 3_600_000
/** ms; machines are busy at times. */
const PATIENCE = { timeout: 20_000, interval: 20 }

const held = new Disposables()
afterEach(() => held.dispose())

it('a player that is killed leaves its signs dark after three periods, and its broker says that it is lost', async () => {
  const folder = held.add(await temporaryFolder())
  const broker = held.add(await startAedes())
  const now = Date.now()
  const key = testKey({ notBefore: now - HOUR, notAfter: now + HOUR })
  await writeFile(folder.join('keyring.json'), keyringText(key))
  await writeFile(folder.join('feed.token'), TOKEN)
  await writeFile(
    folder.join('player.yaml'),
    `schema: kijkuit-player/1
player: road
brokers: [${broker.url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
feed: { period: 300, listen: { host: 127.0.0.1, port: 0, tokenFile: feed.token } }
panels: [{ id: sign, preset: character-3x18 }]
`,
  )
  const client = held.add(await connectClient(broker.url))
  const presence = await listen(client, presenceTopic('road'))

  const child = spawn(process.execPath, [COMMAND, 'play', folder.join('player.yaml'), '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '' },
  })
  const closed = once(child, 'close')
  held.defer(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const events: Readonly<Record<string, unknown>>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)))
  await vi.waitFor(() => expect(events.some(({ event }) => event === 'armed')).toBe(true), PATIENCE)
  const url = String(events.find(({ event }) => event === 'feed')?.['url'])

  const clock = new TestClock()
  const model = await signOf(preset('character-3x18'), [])
  const controller = new SignController({ url, token: TOKEN, sign: 'sign', model, clock })
  await controller.poll()
  const news = controller.poll(20)
  const alert = amberAlert({ sent: toCapTime(now - 1_000), expires: toCapTime(now + HOUR) })
  await publishAlert(client, alert, key)
  expect(await news).toBe(200)
  expect(controller.lines.flat().join(' ')).toContain('AMBER ALERT')
  await vi.waitFor(() => expect(events.some(({ kind }) => kind === 'shown')).toBe(true), PATIENCE)

  child.kill('SIGKILL')
  await closed
  await vi.waitFor(() => expect(presence.at(-1)).toContain('"lost"'), PATIENCE)
  expect(await controller.poll()).toBeUndefined()
  clock.advance(899_999)
  expect(controller.lines).not.toEqual([])
  clock.advance(1)
  expect(controller.lines).toEqual([])
})
