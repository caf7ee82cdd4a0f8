import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { compose } from '../compose/compose.ts'
import { Rtigt047Display } from '../simulators/rtigt047-display.ts'
import { OWNERS_TEXT } from '../simulators/sign-model.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { startAedes, startMosquitto } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { connectClient, publishAlert, type TestClient } from '../testkit/mqtt-client.ts'
import { preset } from '../testkit/panels.ts'
import { type RunningPlayer, runPlayer, SIGN } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { alertTopic } from './topics.ts'

const DEVICE = { stop: '31000495', vendor: 'ACME', device: 'D1' }
const LIFETIME = 2 * 3_600_000
const PANEL = preset('stop-display-3x26')
const library = await shippedLibrary()

const BROKERS = [
  { name: 'Aedes, MQTT 3.1.1', version: 4 as const, start: () => startAedes() },
  { name: 'Mosquitto, MQTT 5', version: 5 as const, start: () => startMosquitto() },
]

// The contract of signs on a wire (outputs/signs.contract.test.ts), as far as there is no wire in it.
describe.each(BROKERS)(
  'a display of RTIGT047 keeps the contract of every sign: $name',
  ({ version, start }) => {
    let held: Disposables
    let clock: TestClock
    let folder: TemporaryFolder
    let broker: { readonly url: string }
    let issuer: TestClient
    let key: NewKey
    let display: Rtigt047Display

    beforeEach(async () => {
      held = new Disposables()
      clock = new TestClock()
      key = testKey()
      folder = held.add(await temporaryFolder())
      broker = held.add(await start())
      issuer = held.add(await connectClient(broker.url, version))
      display = sign()
      await display.powerOn()
    })
    afterEach(async () => {
      await held.dispose()
      // Whatever happened, no alert has said anything that it has no business to say.
      expect(display.model.dangers).toEqual([])
    })

    function sign(size: { lines?: number; columns?: number } = {}): Rtigt047Display {
      const device = { ...DEVICE, lines: 3, columns: 26, canScroll: false, ...size }
      return held.add(new Rtigt047Display({ url: broker.url, version, device, clock }))
    }

    async function play(): Promise<RunningPlayer> {
      const running = await runPlayer({
        ...{ folder, keyring: keyringText(key), clock, brokers: [broker.url] },
        panels: [{ ...SIGN, preset: 'stop-display-3x26', output: { protocol: 'rtigt047', ...DEVICE } }],
      })
      held.add(running)
      await running.armed()
      return running
    }

    const send = (alert: Alert): Promise<void> => publishAlert(issuer, alert, key)

    /** Everything that stands on the display, page after page, as a person reads it. */
    const read = (one = display): string =>
      one.pages.flatMap(({ seen }) => ('pixels' in seen ? [] : seen.map((line) => line.trim()))).join(' ')
    const said = (alert: Alert): string =>
      compose(alert, PANEL, library)
        .chosen.map(({ text }) => text)
        .join(' - ')
    const shows = (alert: Alert, one = display): Promise<void> =>
      eventually(() => expect(read(one)).toBe(said(alert)))
    const isClear = (one = display): Promise<void> => eventually(() => expect(read(one)).toBe(OWNERS_TEXT))

    test('shows every word of an alert and of its update, and is cleared at the end', async () => {
      await play()
      expect(read()).toBe(OWNERS_TEXT)
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      const update = updateOf(alert, { vehicle: { make: 'Fiat', plate: '12-ABC-3', country: 'NL' } })
      await send(update)
      await shows(update)
      expect(display.pages.every(({ seen }) => !('pixels' in seen) && seen.length <= 3)).toBe(true)
      await send(cancelOf(update))
      await isClear()
      expect(display.model.spoiled).toBe(0)
    })

    test('is clear when the alert runs out, although the player is gone', async () => {
      const running = await play()
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      await running.dispose()
      clock.advance(LIFETIME - 1_000)
      expect(read()).toBe(said(alert))
      clock.advance(1_000)
      expect(read()).toBe(OWNERS_TEXT)
    })

    test('is clear at once when the clock turns out to be past the end', async () => {
      await play()
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      clock.set(clock.now() + 2 * LIFETIME)
      await isClear()
    })

    test('is cleared by a player that starts when nothing is alive', async () => {
      const first = await play()
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      await first.dispose()
      // Nobody can tell the next one what was alive.
      await issuer.publishAsync(alertTopic('nl', alert.incident), '', { qos: 1, retain: true })
      folder = held.add(await temporaryFolder())
      await play()
      await isClear()
    })

    test('has the alert again after it has lost its power, and gets it when it comes last', async () => {
      await play()
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      await display.powerOff()
      expect(display.pages).toEqual([])
      await display.powerOn()
      await shows(alert)
      const late = sign()
      await late.powerOn()
      await shows(alert, late)
      await send(cancelOf(alert))
      await Promise.all([isClear(), isClear(late)])
    })

    test('that is smaller than its profile is named, once; another device and garbage change nothing', async () => {
      await display.powerOff()
      display = sign({ lines: 2, columns: 20 })
      await display.powerOn()
      for (const garbage of ['', '{', '[]', '{"displayCapabilityResponse":{}}', 'x'.repeat(30_000)])
        await issuer.publishAsync('PID-LED/displayCapability/response', garbage, { qos: 1 })
      await issuer.publishAsync('CMS/informationMessage/content/null/null/another/ACME/D1/x', '{}', {
        qos: 1,
      })
      const running = await play()
      const line =
        'sign: its display says that it is smaller than its profile: characters.lines must be 2, characters.columns must be 20'
      await eventually(() => expect(running.lines).toEqual([line]))
      const alert = amberAlert()
      await send(alert)
      await shows(alert)
      expect(running.lines).toEqual([line])
    })

    test('never gets a command that stands in a text', async () => {
      await play()
      const plain = amberAlert()
      const name = 'Zoë "},{"a":"DELETE'
      const alert = { ...plain, subject: { ...plain.subject, name } } as Alert
      await send(alert)
      await shows(alert)
      expect(read()).toContain('"},{"a":"DELETE')
      expect(display.model.spoiled).toBe(0)
    })
  },
)
