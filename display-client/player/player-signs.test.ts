import { afterEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { Disposables } from '../base/disposal.ts'
import { AlphaModel } from '../simulators/alpha-model.ts'
import { OWNERS_TEXT } from '../simulators/sign-model.ts'
import { SignSimulator } from '../simulators/sign-simulator.ts'
import { amberAlert, cancelOf } from '../testkit/alerts.ts'
import { startAedes } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient, publishAlert } from '../testkit/mqtt-client.ts'
import { runPlayer, SIGN } from '../testkit/running-player.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { systemClock } from './system-clock.ts'

const DAY = 24 * 60 * 60_000

const held = new Disposables()
afterEach(() => held.dispose())

describe('a player with a sign on a wire', () => {
  test.each([
    [true, 'shown', 'removed'],
    [false, 'sent', 'withdrawn'],
  ])('says what it knows of it (acknowledges: %s): %s and %s', async (acknowledges, on, off) => {
    const now = Date.now()
    const key = testKey({ notBefore: now - DAY, notAfter: now + DAY })
    const folder = held.add(await temporaryFolder())
    const broker = held.add(await startAedes())
    const sign = held.add(new SignSimulator(() => new AlphaModel(1, acknowledges)))
    await sign.start()
    const output = { protocol: 'alpha', acknowledges, connection: `tcp://${sign.address}` }
    const running = held.add(
      await runPlayer({
        ...{ folder, keyring: keyringText(key), clock: systemClock(), brokers: [broker.url] },
        panels: [{ ...SIGN, output }],
      }),
    )
    const client = held.add(await connectClient(broker.url))
    const sentAt = { sent: toCapTime(now), expires: toCapTime(now + 3_600_000), place: undefined }
    // Without a car it is one running line.
    const alert = amberAlert({ ...sentAt, vehicle: undefined })
    const kinds = (): readonly string[] =>
      running.events.flatMap((one) => (one.type === 'receipt' && one.panel === 'sign' ? [one.kind] : []))

    await publishAlert(client, alert, key)
    await eventually(() => expect(kinds()).toEqual(['composed', on]))
    // Sent is not yet taken: a sign that confirms nothing shows it when its bytes arrive.
    await eventually(() => expect(sign.model.seen[0 as keyof typeof sign.model.seen]).toContain('0800-0000'))
    expect(running.player.health()).toMatchObject({
      signs: { count: 1, failing: 0 },
      panels: [{ id: 'sign', sign: { state: 'connected', reason: '' } }],
    })

    await publishAlert(client, cancelOf(alert), key)
    await eventually(() => expect(kinds()).toEqual(['composed', on, off]))
    await eventually(() => expect(sign.model.seen).toEqual([OWNERS_TEXT]))
    expect(sign.model.dangers).toEqual([])
  })
})
