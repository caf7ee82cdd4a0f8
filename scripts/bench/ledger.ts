import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { alertTopic } from '../../display-client/player/topics.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'
import { connectIssuer } from '../issuer/connection.ts'
import { COMPILED, SMALL } from '../setup/run.mjs'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Of {@link LedgerCost} as JSON, bytes. */
const MOST_OUTPUT = 10_000_000

/** What the ledger costs. Times in ms. */
export interface LedgerCost {
  /** The floor, in the same run: an Ed25519 verification; then a commit of as many bytes, with nothing of Kijkuit. */
  readonly floor: LedgerTimes
  /** On a ledger that knows little. */
  readonly small: LedgerTimes
  /** The same messages, turn and turn about, beside 1,000 live incidents and 100,000 tombstones. */
  readonly large: LedgerTimes
  /** From a closed data folder to the first answer to "what is alive", of the large one. */
  readonly restart: readonly number[]
}

/** From the bytes of a message, one for each; ms. */
export interface LedgerTimes {
  /** To the decision: verified, and what is in force may go to glass. */
  readonly decided: readonly number[]
  /** To where that decision survives a power cut. */
  readonly stored: readonly number[]
}

/** @param rounds how many messages */
export async function ledgerCost(rounds: number): Promise<LedgerCost> {
  const file = fileURLToPath(new URL('ledger-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...SMALL.flags, file, String(rounds)], {
    env: { ...process.env, ...SMALL.env },
    maxBuffer: MOST_OUTPUT,
  })
  return JSON.parse(stdout)
}

/** Memory of a running player with one character sign that shows an alert without a photo, bytes (RSS). */
export async function textPlayerMemory(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kijkuit-bench-'))
  const broker = await startEmbeddedBroker()
  const now = Date.now()
  const key = testKey({ notBefore: now - DAY, notAfter: now + DAY })
  writeFileSync(join(folder, 'keyring.json'), keyringText(key))
  writeFileSync(
    join(folder, 'player.yaml'),
    `schema: kijkuit-player/1
player: bench
brokers: [${broker.url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels: [{ id: ticker, preset: ticker-1x20 }]
`,
  )
  // As scripts/bin/kijkuit.mjs starts it.
  const kijkuit = fileURLToPath(new URL('../../dist/kijkuit/kijkuit.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [...SMALL.flags, kijkuit, 'play', join(folder, 'player.yaml'), '--json'],
    {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...SMALL.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const closed = once(child, 'close')
  try {
    const issuer = await connectIssuer({ url: broker.url })
    if (!issuer.ok) throw new Error(issuer.failure)
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, kind } = JSON.parse(line)
      if (event === 'armed') {
        const name = 'memory'
        const times = { sent: toCapTime(now - 1_000), expires: toCapTime(now + HOUR) }
        const alert = amberAlert({ incident: name, identifier: name, ...times })
        const topic = alertTopic('nl', alert.incident)
        await issuer.value.publish(topic, sealed(alert, key), now + HOUR, now)
      }
      if (kind === 'composed') break
    }
    await issuer.value.dispose()
    // What was needed for a moment only is given back.
    await delay(2_000)
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  } finally {
    child.kill()
    await closed
    await broker.dispose()
    rmSync(folder, { recursive: true })
  }
}
