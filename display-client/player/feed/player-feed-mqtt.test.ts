import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewKey } from '../../alert/keyring.ts'
import type { Alert } from '../../alert/model.ts'
import { Disposables } from '../../base/disposal.ts'
import { signOf } from '../../simulators/controlled-sign.ts'
import { SignController } from '../../simulators/sign-controller.ts'
import { amberAlert, cancelOf } from '../../testkit/alerts.ts'
import { type StartedMosquitto, startMosquitto } from '../../testkit/brokers.ts'
import { eventually } from '../../testkit/eventually.ts'
import { keyringText, testKey } from '../../testkit/keys.ts'
import { shippedLibrary } from '../../testkit/library.ts'
import { connectClient, publishAlert, type TestClient } from '../../testkit/mqtt-client.ts'
import { preset } from '../../testkit/panels.ts'
import { PLAYER, type RunningPlayer, runPlayer, SIGN } from '../../testkit/running-player.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'
import { TestClock } from '../../testkit/test-clock.ts'
import { acknowledgementsTopic, feedTopic, signTopic } from '../topics.ts'
import type { Acknowledgement } from './acknowledgement.ts'

const PANEL = 'character-3x18'

describe('a controller that has MQTT only, on a broker with the access rules of a site', () => {
  let held: Disposables
  let clock: TestClock
  let broker: StartedMosquitto
  let issuer: TestClient
  let line: TestClient
  let key: NewKey
  let running: RunningPlayer
  let controller: SignController

  beforeEach(async () => {
    held = new Disposables()
    clock = new TestClock()
    key = testKey()
    broker = held.add(await startMosquitto({ users: ['issuer', 'controller', PLAYER] }))
    issuer = await login('issuer')
    line = await login('controller')
    running = await play()
    const { bitmaps } = await shippedLibrary()
    controller = held.add(
      new SignController({ sign: 'V66E37', model: await signOf(preset(PANEL), bitmaps), clock }),
    )
  })
  afterEach(() => held.dispose())

  async function login(user: string): Promise<TestClient> {
    return held.add(await connectClient(broker.login(user), 5))
  }

  async function play(): Promise<RunningPlayer> {
    const { username, password, host } = new URL(broker.login(PLAYER))
    const player = held.add(
      await runPlayer({
        ...{ folder: held.add(await temporaryFolder()), keyring: keyringText(key), clock },
        brokers: [{ url: `mqtt://${host}`, username, password }],
        panels: [{ ...SIGN, preset: PANEL }],
        feed: { names: { sign: 'V66E37' } },
      }),
    )
    await player.armed()
    return player
  }

  const publish = (alert: Alert): Promise<void> => publishAlert(issuer, alert, key)
  const receipts = (): readonly string[] =>
    running.events.flatMap((one) =>
      one.type === 'receipt' && one.panel === 'sign' && one.kind !== 'composed'
        ? [`${one.kind} ${one.reason ?? ''}`.trim()]
        : [],
    )
  const say = (acknowledgements: readonly Acknowledgement[], client = line): Promise<unknown> =>
    client.publishAsync(
      acknowledgementsTopic(PLAYER),
      JSON.stringify({ schema: 'kijkuit-acknowledgements/1', acknowledgements }),
      { qos: 1 },
    )
  /** Follows the retained topics, as docs/feed.md says. */
  async function follow(): Promise<void> {
    line.on('message', (topic, payload) => {
      const heard = JSON.parse(payload.toString())
      if (topic === feedTopic(PLAYER)) controller.hear(heard)
      else {
        const said = controller.take(heard)
        if (said.length > 0) void say(said)
      }
    })
    await line.subscribeAsync([feedTopic(PLAYER), signTopic(PLAYER, 'sign')], { qos: 1 })
  }

  test('takes an alert through its life, and what it says becomes receipts', async () => {
    await follow()
    const alert = amberAlert()
    await publish(alert)
    await eventually(() => expect(receipts()).toEqual(['accepted', 'shown']))
    expect(controller.lines.flat()).not.toEqual([])
    await publish(cancelOf(alert))
    await eventually(() => expect(receipts()).toEqual(['accepted', 'shown', 'removed']))
    expect(controller.lines).toEqual([])
    expect(running.lines).toEqual([])
  })

  test('says why it does not show it', async () => {
    controller.isBusy = true
    await follow()
    await publish(amberAlert())
    await eventually(() => expect(receipts()).toEqual(['refused priority']))
  })

  test('is the only one who is heard, and nothing that it says wrong becomes a receipt', async () => {
    let record: { epoch: number; sequence: number; state: string } | undefined
    line.on('message', (_, payload) => {
      record = JSON.parse(payload.toString())
    })
    await line.subscribeAsync(signTopic(PLAYER, 'sign'), { qos: 1 })
    await publish(amberAlert())
    await eventually(() => expect(record?.state).toBe('offer'))
    const { epoch = 0, sequence = 0 } = record ?? {}
    const shown = { sign: 'V66E37', epoch, sequence, state: 'shown' } as const
    await expect(say([shown], issuer)).rejects.toMatchObject({ code: 135 })
    await line.publishAsync(acknowledgementsTopic(PLAYER), '{"schema":', { qos: 1 })
    await say([{ ...shown, sign: 'elsewhere' }])
    await say([{ ...shown, epoch: epoch - 1 }])
    await say([{ ...shown, state: 'accepted' }])
    // What came before it has been read by then.
    await eventually(() => expect(receipts()).toEqual(['accepted']))
    expect(running.lines).toEqual([
      'an acknowledgement over MQTT is not taken: that is no JSON in UTF-8; look at the controller that sent it',
    ])
    expect(running.health().rejections).toEqual({})
  })
})
