import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import type { FeedEnvelope } from '../../display-client/player/feed/feed.ts'
import { alertTopic } from '../../display-client/player/topics.ts'
import { amberAlert, updateOf } from '../../display-client/testkit/alerts.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'
import { connectIssuer } from '../issuer/connection.ts'
import { COMPILED, SMALL } from '../setup/run.mjs'
import { bareMqttDelivery } from './floor.ts'

const SIGNS = 2_000
/** Signs in use: the matrix panels and character signs of templates/panels beside and above roads and on vehicles. */
const PRESETS = [
  ...[
    'drip-192x128',
    'drip-144x96',
    'drip-city-160x96',
    'drip-city-192x128',
    'drip-plus-256x88',
    'drip-plus-512x88',
  ],
  ...['drip-text-450x100', 'text-car-112x80', 'trailer-80x80', 'character-3x18'],
]
/** Speeds at the sign, km/h: each is another format, for another time to read. */
const SPEEDS = [30, 50, 70, 80, 100, 120, 130]
const HOUR = 3_600_000
const DAY = 24 * HOUR
const TOKEN = 'a-token-of-the-benchmark-0123456789'
const ENVELOPE = 4_000

/** What a gateway costs. Times in ms, one for each alert. */
export interface GatewayCost {
  readonly signs: number
  readonly formats: number
  /** Of all records as they go to a controller. */
  readonly bytes: number
  readonly floor: readonly number[]
  /** From publishing an alert to the answer that a controller has waited for: every record is written by then. */
  readonly written: readonly number[]
  /** To the last byte of all records. */
  readonly read: readonly number[]
  /** RSS after it, bytes. */
  readonly memory: number
  /** The most that it has ever had, bytes. */
  readonly peak: number
}

/**
 * One player as gateway of 2000 signs, as it is installed, with a broker and a controller that reads everything.
 *
 * @param rounds how many alerts: the first is new, each other an update
 */
export async function gatewayCost(rounds: number): Promise<GatewayCost> {
  const folder = mkdtempSync(join(tmpdir(), 'kijkuit-bench-'))
  const broker = await startEmbeddedBroker()
  const now = Date.now()
  const key = testKey({ notBefore: now - DAY, notAfter: now + DAY })
  writeFileSync(join(folder, 'keyring.json'), keyringText(key))
  writeFileSync(join(folder, 'feed.token'), TOKEN)
  writeFileSync(join(folder, 'player.yaml'), playerYaml(broker.url))
  const kijkuit = fileURLToPath(new URL('../../dist/kijkuit/kijkuit.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [...SMALL.flags, kijkuit, 'play', join(folder, 'player.yaml'), '--json'],
    {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...SMALL.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const closed = once(child, 'close')
  try {
    const issuer = await connectIssuer({ url: broker.url })
    if (!issuer.ok) throw new Error(issuer.failure)
    const lines = createInterface({ input: child.stdout })
    let feed = ''
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        const { event, url } = JSON.parse(line)
        if (event === 'feed') feed = url
        if (event === 'armed') resolve()
      })
      child.on('close', () => reject(new Error('the gateway has stopped')))
    })
    const written: number[] = []
    const read: number[] = []
    let bytes = 0
    let alert = amberAlert({ sent: toCapTime(now - 1_000), expires: toCapTime(now + HOUR) })
    let etag = (await readFeed(feed, '')).etag
    for (let round = 0; round < rounds; round += 1) {
      const waiting = readFeed(feed, etag)
      // The controller waits before there is anything.
      await delay(300)
      const started = performance.now()
      await issuer.value.publish(alertTopic('nl', alert.incident), sealed(alert, key), now + HOUR, now)
      const answer = await waiting
      const offered = answer.envelope.records.filter(
        ({ state, incidents }) => state === 'offer' && incidents[0]?.revision === alert.revision,
      )
      if (offered.length !== SIGNS)
        throw new Error(`${offered.length} of ${SIGNS} signs have revision ${alert.revision}`)
      written.push(answer.headersAt - started)
      read.push(answer.bodyAt - started)
      bytes = answer.bytes
      alert = nextOf(alert, now)
      // What follows from an alert (MQTT topics of 2000 signs, receipts) is part of the life of a gateway, not of the next round.
      await delay(1_500)
      etag = (await readFeed(feed, '')).etag
    }
    await issuer.value.dispose()
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
    return {
      ...{ signs: SIGNS, formats: PRESETS.length * SPEEDS.length, bytes, written, read },
      floor: await bareTransfer(rounds, bytes),
      memory: kilobytes('VmRSS'),
      peak: kilobytes('VmHWM'),
    }
  } finally {
    child.kill()
    await closed
    await broker.dispose()
    rmSync(folder, { recursive: true })
  }
}

function playerYaml(broker: string): string {
  const panels = Array.from({ length: SIGNS }, (_, index) => {
    const [preset, speed] = [
      PRESETS[index % PRESETS.length],
      SPEEDS[Math.floor(index / PRESETS.length) % SPEEDS.length],
    ]
    return `  - { id: sign-${index + 1}, preset: ${preset}, trafficSpeed: ${speed} }\n`
  })
  return `schema: kijkuit-player/1
player: gateway
brokers: [${broker}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
feed: { listen: { host: 127.0.0.1, port: 0, tokenFile: feed.token } }
panels:
${panels.join('')}`
}

/** An update as an issuer writes it: another revision, which names only the last. */
function nextOf(alert: Alert, now: number): Alert {
  const { references, ...rest } = updateOf(alert, { sent: toCapTime(now) })
  return { ...rest, identifier: `bench.${rest.revision}`, references: references.slice(-1) }
}

async function readFeed(feed: string, etag: string) {
  const response = await fetch(`${feed}/feed/v1`, {
    headers: {
      Authorization: `Bearer ${TOKEN}`,
      ...(etag !== '' && { 'If-None-Match': etag, Prefer: 'wait=25' }),
    },
  })
  if (response.status !== 200) throw new Error(`the feed answers ${response.status}`)
  const headersAt = performance.now()
  const body = Buffer.from(await response.arrayBuffer())
  const bodyAt = performance.now()
  const envelope: FeedEnvelope = JSON.parse(body.toString('utf8'))
  return { headersAt, bodyAt, bytes: body.length, envelope, etag: response.headers.get('etag') ?? '' }
}

/** The least that anybody pays: the delivery of the message, and as many bytes over HTTP on loopback. */
async function bareTransfer(rounds: number, bytes: number): Promise<number[]> {
  const body = Buffer.alloc(bytes, 0x20)
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('a TCP server has an address with a port')
  try {
    const deliveries = await bareMqttDelivery(rounds, ENVELOPE)
    const times: number[] = []
    for (const delivery of deliveries) {
      const started = performance.now()
      await (await fetch(`http://127.0.0.1:${address.port}/`)).arrayBuffer()
      times.push(delivery + performance.now() - started)
    }
    return times
  } finally {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
}
