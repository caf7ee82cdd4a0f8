import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { connectIssuer } from '../../scripts/issuer/connection.ts'
import { preparePhoto } from '../../scripts/issuer/photo.ts'
import { publish } from '../../scripts/issuer/publication.ts'
import { toCapTime } from '../alert/cap-time.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { startAedes } from '../testkit/brokers.ts'
import { startChromium } from '../testkit/chromium.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient } from '../testkit/mqtt-client.ts'
import { runPlayer } from '../testkit/running-player.ts'
import { builtScreen } from '../testkit/stage-server.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { systemClock } from './system-clock.ts'

const HOUR = 3_600_000
const held = new Disposables()

afterAll(() => held.dispose())

test('a photo that the browser cannot draw leaves no hole: from broker to glass, and in the receipts', async () => {
  const folder = held.add(await temporaryFolder())
  const screen = held.add(await builtScreen())
  const broker = held.add(await startAedes())
  const now = Date.now()
  const key = testKey({ notBefore: now - HOUR, notAfter: now + HOUR })
  const running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], keyring: keyringText(key), clock: systemClock() },
      ...{ screen: screen.folder, panels: [{ id: 'hall', preset: 'station-portrait' }] },
    }),
  )
  const { player } = running
  const listener = held.add(await connectClient(broker.url))
  const receipts: string[] = []
  listener.on('message', (_topic, payload) => {
    for (const { kind, panel = '', reason = '' } of JSON.parse(payload.toString()).receipts)
      receipts.push(`${kind} ${panel} ${reason}`.trim())
  })
  await listener.subscribeAsync('kijkuit/v1/players/+/receipts', { qos: 1 })
  await running.armed()

  const chromium = held.add(await startChromium())
  const page = await chromium.page({ width: 1_080, height: 1_920 })
  await page.route('**/media/**', (route) =>
    route.fulfill({ contentType: 'image/jpeg', body: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]) }),
  )
  await page.goto(`${player.address}/panels/hall/?token=${player.viewerToken.value}`)

  const connection = await connectIssuer({ url: broker.url })
  if (!connection.ok) throw new Error(connection.failure)
  const issuer = held.add(connection.value)
  const grey = await sharp({ create: { width: 600, height: 750, channels: 3, background: '#808080' } })
    .png()
    .toBuffer()
  const photo = await preparePhoto(grey, { x: 150, y: 150, width: 300, height: 375 })
  const alert = amberAlert({
    sent: toCapTime(now),
    expires: toCapTime(now + HOUR),
    subject: { name: 'Wilmë Qvistra', age: 8 },
    media: [photo.media],
  })
  const sent = await publish(
    issuer,
    { alert, isDrill: false, area: 'nl', key: key.file, photos: [photo] },
    Date.now(),
  )
  if (!sent.ok) throw new Error(sent.failure)

  await eventually(
    () => expect(receipts).toEqual(expect.arrayContaining(['photo-failed hall undrawable', 'shown hall'])),
    15_000,
  )
  // What stands there now is composed without it: no box is left empty, and the words have its room.
  await eventually(async () => {
    expect(await page.locator('.front .text').allInnerTexts()).toContain('AMBER ALERT')
    expect(await page.locator('.photo').count()).toBe(0)
  }, 15_000)
}, 60_000)
