import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startAedes } from '../testkit/brokers.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { playerOptions, type RunningPlayerOptions, runPlayer } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { type PlayerOptions, type StartFailure, startPlayer } from './player.ts'

const held = new Disposables()
let folder: TemporaryFolder
let setting: RunningPlayerOptions
let options: PlayerOptions

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  const broker = held.add(await startAedes())
  setting = { folder, brokers: [broker.url], keyring: keyringText(testKey()), clock: new TestClock() }
  options = await playerOptions(setting)
})
afterEach(() => held.dispose())

describe('a player that cannot start', () => {
  async function failure(changes: Partial<PlayerOptions> = {}): Promise<StartFailure> {
    const started = await startPlayer({ ...options, ...changes })
    if (started.ok) {
      held.add(started.value)
      throw new Error('it started')
    }
    return started.failure
  }

  test('names the port that is in use', async () => {
    const other = held.add(await runPlayer(setting))
    const port = Number(new URL(other.player.address).port)
    const config = { ...options.config, data: folder.join('other'), server: { port } }
    expect(await failure({ config })).toEqual({
      step: 'server',
      message: `port ${port} is in use by another program; stop that or choose another port`,
    })
  })

  test('names the data folder that another player uses', async () => {
    held.add(await runPlayer(setting))
    expect(await failure()).toEqual({
      step: 'data',
      message: expect.stringContaining('is in use by another player'),
    })
  })

  test('names file, line and fix of a wrong keyring', async () => {
    const keyring = setting.keyring.replace('issuer', 'boss')
    expect(await failure(await playerOptions({ ...setting, keyring }))).toEqual({
      step: 'keyring',
      message: expect.stringMatching(
        /keyring-installed\.json:1:\d+ keys\.0\.roles\.0: must be one of issuer, supervisor, test, drill/,
      ),
    })
  })

  test('names what is missing from the templates', async () => {
    expect(await failure({ templates: folder.join('nothing') })).toEqual({
      step: 'library',
      message: expect.stringContaining('templates/alerts/amber.yaml: is missing'),
    })
  })
})
