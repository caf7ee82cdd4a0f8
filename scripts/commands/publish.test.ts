import { writeFile } from 'node:fs/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openEnvelope } from '../../display-client/alert/envelope.ts'
import { type Keyring, keyringOf, type NewKey } from '../../display-client/alert/keyring.ts'
import { type Alert, AlertSchema } from '../../display-client/alert/model.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { type StartedBroker, startAedes, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { keyringText, testKey } from '../../display-client/testkit/keys.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { type TestTerminal, testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

/** ms; machines are busy at times. */
const PATIENCE = { timeout: 10_000 }
const DAY = 24 * 3_600_000
const { identifier: _, sent: __, expires: ___, revision: ____, media: _____, ...DRAFT } = amberAlert()

let folder: TemporaryFolder
let key: NewKey
let keyring: Keyring

beforeAll(async () => {
  folder = await temporaryFolder()
  key = testKey({ notBefore: Date.now() - DAY, notAfter: Date.now() + DAY })
  keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys: [key.entry] })
  await writeFile(folder.join('key.json'), JSON.stringify(key.file))
  await writeFile(folder.join('draft.json'), JSON.stringify(DRAFT))
  await writeFile(folder.join('keyring.json'), keyringText(key))
})

afterAll(() => folder?.dispose())

/** `kijkuit publish` as most of these call it. */
async function publish(
  url: string,
  ...words: readonly string[]
): Promise<{ status: number; terminal: TestTerminal }> {
  const terminal = testTerminal()
  const usual = ['publish', '--broker', url, '--key', folder.join('key.json'), '--area', 'nl']
  return { status: await run([...usual, ...words], terminal), terminal }
}

describe.each([
  { name: 'aedes', start: () => startAedes() },
  { name: 'mosquitto', start: () => startMosquitto() },
])('kijkuit publish, over $name', ({ name, start }) => {
  let broker: StartedBroker
  let player: MqttClient
  const received: { topic: string; payload: Buffer; expiry: number | undefined }[] = []

  beforeEach(async () => {
    broker = await start()
    player = await connectAsync(broker.url, { protocolVersion: name === 'aedes' ? 4 : 5, reconnectPeriod: 0 })
    player.on('message', (topic, payload, { properties }) => {
      received.push({ topic, payload, expiry: properties?.messageExpiryInterval })
    })
    await player.subscribeAsync('kijkuit/v1/#', { qos: 1 })
  })

  afterEach(async () => {
    await player?.endAsync(true)
    await broker?.dispose()
    received.splice(0)
  })

  /** The n-th message that a player got, which it believes. */
  async function message(index: number): Promise<Alert> {
    await expect.poll(() => received.length, PATIENCE).toBeGreaterThan(index)
    const opened = openEnvelope(received[index]?.payload ?? Buffer.of(), keyring, Date.now())
    if (!opened.ok) throw new Error(opened.failure.code)
    return opened.value.alert
  }

  it('signs a draft and publishes it where players look, for as long as it is valid', async () => {
    const { status, terminal } = await publish(broker.url, folder.join('draft.json'), '--for', '2h', '--json')
    expect([status, terminal.errors]).toEqual([0, []])
    const alert = await message(0)
    expect(alert).toEqual(AlertSchema.parse(JSON.parse(terminal.output.join(''))))
    expect(alert).toMatchObject({ revision: 1, subject: { name: 'Zoë Müller-d’Oré' } })
    expect(received[0]?.topic).toBe('kijkuit/v1/alerts/nl/amber-2026-0001')
    if (name === 'mosquitto') expect(received[0]?.expiry).toBeLessThanOrEqual(7_200)
    expect(Date.parse(alert.expires) - Date.parse(alert.sent)).toBe(7_200_000)
  })

  it('updates and ends what is published, each with the next revision and a reference', async () => {
    await publish(broker.url, folder.join('draft.json'), '--for', '2h')
    expect((await publish(broker.url, folder.join('draft.json'), '--update')).status).toBe(0)
    expect((await publish(broker.url, folder.join('draft.json'), '--cancel')).status).toBe(0)
    const [first, update, cancel] = [await message(0), await message(1), await message(2)]
    expect([first.revision, update.revision, cancel.revision]).toEqual([1, 2, 3])
    expect([update.msgType, cancel.msgType]).toEqual(['Update', 'Cancel'])
    expect(cancel.references.map(({ identifier }) => identifier)).toEqual([
      first.identifier,
      update.identifier,
    ])
    expect(cancel.expires).toBe(first.expires)
    expect(JSON.stringify(cancel)).not.toContain('Zoë')
  })

  it('publishes the photo first, keeps it with an update, and clears it at the end', async () => {
    const photo = sharp({
      create: {
        width: 900,
        height: 1_200,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    })
    await photo.png().toFile(folder.join('photo.png'))
    await publish(broker.url, folder.join('draft.json'), '--for', '2h', '--photo', folder.join('photo.png'))
    const [media] = (await message(1)).media
    const topic = `kijkuit/v1/media/${media?.sha256}`
    expect(received[0]?.topic).toBe(topic)
    expect(media).toMatchObject({ width: 900, height: 1_200, mimeType: 'image/jpeg' })
    await publish(broker.url, folder.join('draft.json'), '--update')
    expect((await message(3)).media).toEqual([media])
    await publish(broker.url, folder.join('draft.json'), '--cancel')
    await expect.poll(() => received.length, PATIENCE).toBe(6)
    expect([received[5]?.topic, received[5]?.payload.length]).toEqual([topic, 0])
  })

  it('makes an exercise of it with --drill', async () => {
    const draft = folder.join('draft.json')
    const { terminal } = await publish(broker.url, draft, '--for', '2h', '--drill', '--json')
    expect(await message(0)).toMatchObject({ status: 'Exercise', revision: 1 })
    expect(received[0]?.topic).toBe('kijkuit/v1/drills/nl')
    const signed = folder.join('drill.json')
    await writeFile(signed, terminal.output.join(''))
    expect((await publish(broker.url, signed, '--drill', '--cancel')).status).toBe(0)
    const end = await message(1)
    expect(end).toMatchObject({ status: 'Exercise', msgType: 'Cancel', revision: 2 })
    expect(received[1]?.topic).toBe('kijkuit/v1/drills/nl')
    // Nothing is retained: whoever comes later gets none of it.
    await player.unsubscribeAsync('kijkuit/v1/#')
    await player.subscribeAsync('kijkuit/v1/#', { qos: 1 })
    await publish(broker.url, draft, '--for', '2h')
    expect(await message(2)).toMatchObject({ status: 'Actual' })
  })

  it('takes no real alert for the drill that is to end: says what to name', async () => {
    const draft = folder.join('draft.json')
    await publish(broker.url, draft, '--for', '2h')
    const { status, terminal } = await publish(broker.url, draft, '--drill', '--cancel')
    expect([status, terminal.errors]).toEqual([1, [expect.stringMatching(/publish --drill --json$/)]])
  })

  it('does not build on what another key has signed, unless its keyring is given', async () => {
    await publish(broker.url, folder.join('draft.json'), '--for', '2h')
    const other = testKey({ kid: 'other' })
    await writeFile(folder.join('other.json'), JSON.stringify(other.file))
    const words = [folder.join('draft.json'), '--cancel', '--key', folder.join('other.json')]
    const { status, terminal } = await publish(broker.url, ...words)
    expect([status, terminal.errors]).toEqual([
      1,
      [expect.stringMatching(/is not believed: key-unknown.*--keyring$/)],
    ])
    expect((await publish(broker.url, ...words, '--keyring', folder.join('keyring.json'))).status).toBe(0)
  })

  it('does not take another sender’s alert of the same key for what is to be updated', async () => {
    const times = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY }
    const other = testKey({ kid: 'other', senders: ['brandweer@example.org'], ...times })
    await writeFile(folder.join('other.json'), JSON.stringify(other.file))
    await writeFile(folder.join('both.json'), keyringText(key, other))
    await writeFile(folder.join('theirs.json'), JSON.stringify({ ...DRAFT, sender: 'brandweer@example.org' }))
    const own = [folder.join('draft.json'), '--keyring', folder.join('both.json')]
    const first = await publish(broker.url, folder.join('draft.json'), '--for', '2h', '--json')
    await writeFile(folder.join('ours.json'), first.terminal.output.join(''))
    const theirs = [folder.join('theirs.json'), '--key', folder.join('other.json')]
    expect((await publish(broker.url, ...theirs, '--for', '2h')).status).toBe(0)
    const { status, terminal } = await publish(broker.url, ...own, '--update')
    expect([status, terminal.errors]).toEqual([
      1,
      [
        expect.stringMatching(
          /is an incident of brandweer@example\.org with the same key: .*publish --json$/,
        ),
      ],
    ])
    const named = [folder.join('ours.json'), '--keyring', folder.join('both.json')]
    expect((await publish(broker.url, ...named, '--update')).status).toBe(0)
    const sent = AlertSchema.parse(JSON.parse(first.terminal.output.join('')))
    expect(await message(2)).toMatchObject({ revision: 2, references: [{ identifier: sent.identifier }] })
  })

  it('ends an alert that the broker has lost, when the file is the alert as it was signed', async () => {
    const { terminal } = await publish(broker.url, folder.join('draft.json'), '--for', '2h', '--json')
    await player.publishAsync('kijkuit/v1/alerts/nl/amber-2026-0001', '', { qos: 1, retain: true })
    await writeFile(folder.join('signed.json'), terminal.output.join(''))
    const lost = await publish(broker.url, folder.join('draft.json'), '--cancel')
    expect([lost.status, lost.terminal.errors]).toEqual([
      1,
      [expect.stringMatching(/^nothing is published of amber-2026-0001/)],
    ])
    expect((await publish(broker.url, folder.join('signed.json'), '--cancel')).status).toBe(0)
    expect(await message(2)).toMatchObject({ msgType: 'Cancel', revision: 2 })
  })
})

describe('a mistake', () => {
  it('is said in one line: no end', async () => {
    const { status, terminal } = await publish('mqtt://127.0.0.1:1', folder.join('draft.json'))
    expect([status, terminal.errors]).toEqual([
      1,
      [expect.stringMatching(/draft\.json.* expires: .*--for 2h/)],
    ])
  })

  it('is said in one line: a broker that is away', async () => {
    const url = `mqtt://127.0.0.1:${await freePort()}`
    const { status, terminal } = await publish(url, folder.join('draft.json'), '--for', '2h')
    expect([status, terminal.errors]).toEqual([
      1,
      [`${url}: nothing listens there; start the broker or correct its address`],
    ])
  })

  it.each([
    [['--area', 'Utrecht'], /^--area Utrecht: must be a region code/],
    [['--broker', 'localhost'], /^--broker localhost: must be mqtt:\/\//],
    [['--broker', 'mqtt://me:secret@localhost'], /^--broker: leave name and password out of it/],
    [
      ['--broker', 'mqtts://127.0.0.1:1', '--tls-ca', 'package.json'],
      /^package\.json \(--tls-ca\) holds no certificate in PEM; put one there/,
    ],
    [['--update', '--cancel'], /^--update and --cancel exclude each other/],
    [['--for', 'ever'], /Must be a duration such as 90s, 45m or 2h/],
    [['--photo', 'package.json'], /^--photo package\.json: is not a picture that can be read/],
    [['--key', 'none.json'], /^none\.json: there is no such file/],
  ])('is said in one line: %s', async (words, line) => {
    const { status, terminal } = await publish(
      'mqtt://127.0.0.1:1',
      folder.join('draft.json'),
      '--for',
      '2h',
      ...words,
    )
    expect([status, terminal.errors]).toEqual([1, [expect.stringMatching(line)]])
  })

  it('is said in one line: a login that the broker does not know', async () => {
    const broker = await startMosquitto({ users: ['issuer'] })
    await writeFile(folder.join('password'), 'wrong\n')
    const login = ['--username', 'issuer', '--password-file', folder.join('password')]
    const { status, terminal } = await publish(broker.url, folder.join('draft.json'), '--for', '2h', ...login)
    expect([status, terminal.errors]).toEqual([1, [expect.stringMatching(/username/)]])
    await broker.dispose()
  })
})
