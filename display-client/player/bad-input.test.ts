import { createHash } from 'node:crypto'
import { FlattenedSign, importJWK } from 'jose'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sealAlert } from '../alert/envelope.ts'
import type { NewKey } from '../alert/keyring.ts'
import type { AlertInput } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import type { PhotoFault } from '../paint/photo.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { bearer } from '../testkit/bearer.ts'
import { eventually } from '../testkit/eventually.ts'
import { hollowPng } from '../testkit/hollow-png.ts'
import { keyringText, sealed, testKey } from '../testkit/keys.ts'
import { type RunningPlayer, runPlayer } from '../testkit/running-player.ts'
import { type ScriptedBroker, startScriptedBroker } from '../testkit/scripted-broker.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { alertTopic, mediaTopic } from './topics.ts'

/** What a stranger may try, each thing by its name: named, counted, and none shown. */

const held = new Disposables()
let broker: ScriptedBroker
let running: RunningPlayer
let key: NewKey
let packetId = 0

beforeEach(async () => {
  broker = held.add(await startScriptedBroker())
  key = testKey()
  running = held.add(
    await runPlayer({
      ...{ folder: held.add(await temporaryFolder()), brokers: [broker.url], clock: new TestClock() },
      keyring: keyringText(key),
    }),
  )
  await running.armed()
})
afterEach(() => held.dispose())

const topic = alertTopic('nl', amberAlert().incident)

function deliver(bytes: Uint8Array | number, on = topic): Promise<void> {
  packetId += 1
  return broker.deliver(on, bytes, packetId)
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A good envelope of the alert with other members. */
function envelope(members: Readonly<Record<string, unknown>>): Uint8Array {
  const good: Record<string, unknown> = JSON.parse(Buffer.from(sealed(amberAlert(), key)).toString())
  return Buffer.from(JSON.stringify({ ...good, ...members }))
}

/** Signed by the trusted key, with more in the protected header. */
async function signedWith(header: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
  const jws = await new FlattenedSign(Buffer.from(JSON.stringify(amberAlert())))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'test-1', typ: 'alert+jws', ...header })
    .sign(await importJWK({ ...key.file.privateKey }, 'EdDSA'))
  return Buffer.from(JSON.stringify(jws))
}

const alertWith = (changes: Partial<AlertInput>) => async (): Promise<Uint8Array> =>
  sealed(amberAlert(changes), key)

describe('bad input, on the alert topic', () => {
  test.each<[string, string, () => Promise<Uint8Array | number>]>([
    ['a message of 100 MB', 'envelope-too-large', async () => 100_000_000],
    [
      'a JSON bomb: a hundred thousand lists in each other',
      'envelope-malformed',
      async () => Buffer.from('['.repeat(50_000) + ']'.repeat(50_000)),
    ],
    [
      'a JSON bomb that is signed',
      'alert-malformed',
      async () =>
        sealAlert(`${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`, key.file.privateKey, key.file.kid),
    ],
    [
      'a JWS with alg: none',
      'algorithm-forbidden',
      async () =>
        envelope({ protected: base64({ alg: 'none', kid: 'test-1', typ: 'alert+jws' }), signature: '' }),
    ],
    ['a JWS with jwk in its header', 'header-forbidden', () => signedWith({ jwk: key.entry.publicKey })],
    [
      'a valid signature by the wrong sender',
      'sender-forbidden',
      alertWith({ sender: 'brandweer@example.org' }),
    ],
    ['sent in 1970', 'expired', alertWith({ sent: '1970-01-01T00:00:00+00:00' })],
    [
      'sent in 2099',
      'sent-in-future',
      alertWith({ sent: '2099-01-01T00:00:00+00:00', expires: '2099-01-01T02:00:00+00:00' }),
    ],
  ])('%s is refused as %s and changes nothing', async (_, code, make) => {
    await deliver(await make())
    await eventually(() => expect(running.health().rejections).toEqual({ [code]: 1 }))
    expect(running.live()).toEqual([])
    expect(running.pages()).toBe(0)
    expect(running.lines).toEqual([expect.stringContaining(`refused on ${topic}: ${code}: `)])
    // And the real thing is shown after it.
    const real = amberAlert({ incident: 'real', identifier: 'real' })
    await deliver(sealed(real, key), alertTopic('nl', 'real'))
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    expect(running.live()).toEqual(['real 1'])
    await eventually(() => expect(broker.acknowledged).toEqual([packetId - 1, packetId]))
  })
})

const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 80, channels: 3, background: '#c08060' } })
    .jpeg()
    .toBuffer()

const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80"><script>alert(1)</script></svg>',
)

describe('bad input, as a photo', () => {
  test.each<
    [
      string,
      PhotoFault,
      () => Promise<{
        bytes: Buffer
        signed?: Buffer
        width?: number
        height?: number
        mimeType?: 'image/png'
      }>,
    ]
  >([
    [
      'that is a decompression bomb',
      'not-decodable',
      async () => ({ bytes: hollowPng(20_000), width: 20_000, height: 20_000, mimeType: 'image/png' }),
    ],
    ['that is SVG', 'type-wrong', async () => ({ bytes: SVG })],
    [
      'whose digest is wrong',
      'digest-wrong',
      async () => ({ bytes: await photo(), signed: Buffer.from('other') }),
    ],
  ])('%s is refused as %s, and the text is shown without it', async (_, fault, make) => {
    const { bytes, signed = bytes, width = 60, height = 80, mimeType = 'image/jpeg' } = await make()
    const sha256 = createHash('sha256').update(signed).digest('hex')
    const alert = amberAlert({ media: [{ sha256, mimeType, width, height, role: 'subject' }] })
    await deliver(sealed(alert, key))
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    await deliver(bytes, mediaTopic(sha256))
    await eventually(() => expect(running.health().photosRefused).toEqual({ [fault]: 1 }))
    const headers = bearer(running.player.viewerToken)
    expect((await fetch(`${running.player.address}/media/${sha256}`, { headers })).status).toBe(404)
    expect(running.live()).toEqual(['amber-2026-0001 1'])
    expect(running.pages()).toBeGreaterThan(0)
  })
})
