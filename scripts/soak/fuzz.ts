import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DocumentTarget } from './fuzz-documents.ts'
import { EnvelopeTarget } from './fuzz-envelopes.ts'
import { BrokerTarget, PacketGuardTarget } from './fuzz-packets.ts'
import { PhotoTarget } from './fuzz-photos.ts'
import { HttpTarget } from './fuzz-requests.ts'
import { SignedTarget } from './fuzz-signed.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { ViewerMessageTarget, WebSocketTarget } from './fuzz-viewers.ts'
import { Dice, MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

/** How many of a thousand attacks go where; envelopes get the rest. What decodes or connects costs a thousand times more. */
const SHARES: Readonly<Record<string, number>> = {
  signed: 20,
  packets: 20,
  'viewer messages': 20,
  documents: 2,
  photos: 0.5,
  requests: 1,
  sockets: 0.5,
  brokers: 0.1,
}

/** Each is attacked at least so often, unless a single attack takes a second. */
const LEAST = 60
const LEAST_SLOW = 4

/** One attack that takes longer hangs; a busy machine is a hundred times faster. ms */
const LONGEST = 20_000

/** What may stay in memory after any number of attacks, bytes. */
const MOST_KEPT = 64_000_000

/**
 * Everything that a stranger can send, to every place where a player takes something in.
 *
 * Whatever it is: nothing is thrown, nothing hangs, nothing is believed, every refusal has its code and is counted, and
 * memory is what it was.
 */
export async function fuzz({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const targets = await openTargets()
  const failures: string[] = []
  const surprises = watchForSurprises()
  let done = 0
  let slowest = 0
  let before = 0
  try {
    for (const [target, times] of planOf(targets, runs)) {
      for (let time = 0; time < times && failures.length < MOST_FAILURES; time += 1) {
        // When everything that is loaded once has been loaded.
        if (done === Math.min(1_000, Math.floor(runs / 2))) before = keptMemory()
        const start = performance.now()
        const { kind, input, wrong } = await patiently(target.attack(new Dice(seed + done)))
        slowest = Math.max(slowest, performance.now() - start)
        const found = wrong ?? surprises.found.shift()
        if (found !== undefined)
          failures.push(`seed ${seed + done}: ${target.name}, ${kind}: ${found} (${await keep(input)})`)
        done += 1
        onProgress(done, runs)
      }
    }
    const kept = keptMemory() - before
    if (kept > MOST_KEPT) failures.push(`seed ${seed}: ${kept} bytes more are in memory than before`)
  } finally {
    surprises.stop()
    for (const target of targets) await target.dispose()
  }
  const counts: Record<string, number> = {}
  for (const { name, counts: all } of targets) {
    counts[name] = sum(all)
    for (const [what, times] of all) counts[what] = (counts[what] ?? 0) + times
  }
  const seconds = (performance.now() - started) / 1000
  return {
    part: 'fuzz',
    runs: done,
    failures,
    counts: { ...counts, 'slowest, ms': Math.round(slowest) },
    seconds,
  }
}

async function openTargets(): Promise<readonly FuzzTarget[]> {
  return [
    await EnvelopeTarget.open(),
    await SignedTarget.open(),
    new PacketGuardTarget(),
    new ViewerMessageTarget(),
    new DocumentTarget(),
    await PhotoTarget.open(),
    await HttpTarget.open(),
    await WebSocketTarget.open(),
    new BrokerTarget(),
  ]
}

/** How often each is attacked; together `runs` times, or a few more when that is very little. */
function planOf(targets: readonly FuzzTarget[], runs: number): readonly (readonly [FuzzTarget, number])[] {
  const others = targets.flatMap((target) => {
    const share = SHARES[target.name]
    if (share === undefined) return []
    const least = target.name === 'brokers' ? LEAST_SLOW : LEAST
    return [[target, Math.max(least, Math.round((runs * share) / 1_000))] as const]
  })
  const left = runs - others.reduce((total, [, times]) => total + times, 0)
  const rest = targets.filter(({ name }) => SHARES[name] === undefined)
  return [...rest.map((target) => [target, Math.max(LEAST, left)] as const), ...others]
}

async function patiently<Value extends object>(
  attack: Promise<Value>,
): Promise<Value | { kind: string; input: Uint8Array; wrong: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<{ kind: string; input: Uint8Array; wrong: string }>((resolve) => {
    timer = setTimeout(() => resolve({ kind: '?', input: Buffer.alloc(0), wrong: 'hangs' }), LONGEST)
  })
  try {
    return await Promise.race([attack, late])
  } catch (error) {
    const wrong = `threw ${error instanceof Error ? error.stack : error}`
    return { kind: '?', input: Buffer.alloc(0), wrong }
  } finally {
    clearTimeout(timer)
  }
}

/** What nobody has caught. */
function watchForSurprises(): { readonly found: string[]; stop(): void } {
  const found: string[] = []
  const onError = (error: unknown): void => {
    found.push(`nobody caught ${error instanceof Error ? error.stack : error}`)
  }
  process.on('uncaughtException', onError)
  process.on('unhandledRejection', onError)
  return {
    found,
    stop() {
      process.off('uncaughtException', onError)
      process.off('unhandledRejection', onError)
    },
  }
}

/** Bytes in use after everything that can go has gone. */
function keptMemory(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Puts what did harm into a file. @returns its path */
async function keep(input: Uint8Array): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'kijkuit-fuzz-found-')), 'input')
  await writeFile(path, input)
  return path
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, one) => total + one, 0)
}
