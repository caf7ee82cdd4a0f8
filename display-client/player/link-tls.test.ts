import { execFile } from 'node:child_process'
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startMosquitto } from '../testkit/brokers.ts'
import { type Authority, type Certificate, certificateAuthority } from '../testkit/certificates.ts'
import { eventually } from '../testkit/eventually.ts'
import type { StartedMosquitto } from '../testkit/mosquitto.ts'
import { connectClient } from '../testkit/mqtt-client.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { type WatchedLink, watchLink } from '../testkit/watched-link.ts'
import { alertTopic, presenceTopic } from './topics.ts'

const held = new Disposables()
let folder: TemporaryFolder
let authority: Authority
let broker: StartedMosquitto

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  authority = await certificateAuthority(folder)
  const server = await authority.server('server')
  broker = held.add(await startMosquitto({ users: ['issuer'], tls: { ca: authority.cert, ...server } }))
})
afterEach(() => held.dispose())

function open(certificate: Certificate | undefined, ca = authority.cert): WatchedLink {
  return held.add(watchLink('', { broker: { url: broker.tlsUrl ?? '', ca, ...certificate } }))
}

async function refusal(watched: WatchedLink): Promise<string> {
  await eventually(() => expect(watched.link.status.state).toBe('waiting'))
  return watched.link.status.reason
}

/** Has the broker retain an alert. */
async function retain(incident: string): Promise<void> {
  const issuer = await connectClient(broker.login('issuer'), 5)
  await issuer.publishAsync(alertTopic('nl', incident), 'x', { qos: 1, retain: true })
  await issuer.endAsync()
}

/** Common name, serial number and so on of a certificate file. */
const serialOf = async (file: string): Promise<string> =>
  (await promisify(execFile)('openssl', ['x509', '-in', file, '-noout', '-serial'])).stdout

describe('a link over TLS 1.3 to a broker that asks for a certificate', () => {
  test('is let in by its certificate, under the name in it, and gets its alerts', async () => {
    await retain('one')
    const watched = open(await authority.client('utrecht-cs'))
    await watched.armed()
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'one')]))
  })

  test('may only speak for itself, whatever its player is called in the configuration', async () => {
    const issuer = held.add(await connectClient(broker.login('issuer'), 5))
    const seen: string[] = []
    issuer.on('message', (topic) => seen.push(topic))
    await issuer.subscribeAsync('kijkuit/v1/players/#', { qos: 1 })
    const other = open(await authority.client('amsterdam-cs'))
    await eventually(() => expect(other.link.status.state).toBe('connected'))
    await open(await authority.client('utrecht-cs')).armed()
    await eventually(() => expect(seen).toContain(presenceTopic('utrecht-cs')))
    expect(other.link.status.roundTrip).toBeUndefined()
    expect(seen.filter((topic) => topic === presenceTopic('utrecht-cs'))).toHaveLength(1)
  })

  test('says why it is not let in: without a certificate', async () => {
    expect(await refusal(open(undefined))).toBe(
      'the broker asks for a certificate of this player; give cert and key in player.yaml',
    )
  })

  test('says why it is not let in: with a certificate that somebody else issued', async () => {
    const stranger = await certificateAuthority(folder, 'stranger')
    expect(await refusal(open(await stranger.client('utrecht-cs')))).toBe(
      'the broker does not know who issued the certificate of this player',
    )
  })

  test('trusts no other broker than one of its own authority', async () => {
    const stranger = await certificateAuthority(folder, 'stranger')
    expect(await refusal(open(await authority.client('utrecht-cs'), stranger.cert))).toContain(
      'the certificate of the broker is not signed by the given ca',
    )
  })

  test('names the file when a certificate is gone, or does not fit its key, and connects when that is mended', async () => {
    const mine = await authority.client('utrecht-cs')
    const other = await authority.client('utrecht-cs', 'other')
    await copyFile(mine.key, folder.join('kept'))
    await rm(mine.key)
    const watched = open(mine)
    expect(await refusal(watched)).toBe(
      `${mine.key} (key) cannot be read; put it back, or correct its permissions`,
    )
    await copyFile(other.key, mine.key)
    watched.waitForAttempt()
    expect(await refusal(watched)).toBe('cert and key do not belong together; put both in place')
    await writeFile(mine.key, 'not PEM')
    watched.waitForAttempt()
    expect(await refusal(watched)).toBe(
      `${mine.key} (key) holds no private key without a passphrase in PEM; put one there`,
    )
    await copyFile(folder.join('kept'), mine.key)
    watched.waitForAttempt()
    await watched.armed()
  })

  test('names an authority that is none', async () => {
    const ca = folder.join('none.pem')
    await writeFile(ca, 'not PEM')
    expect(await refusal(open(await authority.client('utrecht-cs'), ca))).toBe(
      `${ca} (ca) holds no certificate in PEM; put one there`,
    )
  })

  test('connects with a renewed certificate soon after it was put in place, and misses nothing', async () => {
    const mine = await authority.client('utrecht-cs')
    const next = await authority.client('utrecht-cs', 'next')
    expect(await serialOf(mine.cert)).not.toBe(await serialOf(next.cert))
    const watched = open(mine)
    await watched.armed()
    // First one file, as a renewal does it: the connection stays, and says once what is missing.
    await copyFile(next.cert, mine.cert)
    await watched.pass(60_000)
    expect(watched.link.status.state).toBe('connected')
    expect(watched.lines.filter((line) => line.includes('do not belong together'))).toHaveLength(1)
    await copyFile(next.key, mine.key)
    const before = watched.statuses.length
    await watched.pass(35_000)
    await watched.armed()
    expect(watched.statuses.slice(before).map(({ state }) => state)).toEqual(
      expect.arrayContaining(['connecting', 'connected']),
    )
    expect(watched.statuses.map(({ state }) => state)).not.toContain('waiting')
    expect(watched.lines.join('\n')).toContain('the certificate or password is a new one; connecting anew')
    await retain('after')
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'after')]))
  })
})
