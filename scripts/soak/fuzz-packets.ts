import { Link } from '../../display-client/player/link.ts'
import { PacketFault, PacketGuard } from '../../display-client/player/packet-guard.ts'
import { alertTopic, playerSubscriptions } from '../../display-client/player/topics.ts'
import { type ScriptedBroker, startScriptedBroker } from '../../display-client/testkit/scripted-broker.ts'
import { TestClock } from '../../display-client/testkit/test-clock.ts'
import { spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

/** What a broker sends, and then some that it may not. */
const PACKETS = [
  '200300',
  '20020000',
  '9003000101',
  '40020001',
  '400400011000',
  'd000',
  'e000',
  'e0028b00',
  'f00018',
  'b0020001',
  'b00400010000',
  '62020001',
  '50020001',
  '320a00036162630007787878',
  '300b0003616263002668656c6c6f',
  '8206000100000100',
].map((hex) => Buffer.from(hex, 'hex'))

/** Bytes of a broker, before mqtt.js: never more comes out than may, and nothing is thrown but what is meant. */
export class PacketGuardTarget implements FuzzTarget {
  readonly name = 'packets'
  readonly counts = new Map<string, number>()

  async attack(dice: Dice): Promise<Attack> {
    const largest = 1 + dice.below(60)
    const guard = new PacketGuard(largest)
    const { kind, bytes } = packets(dice)
    let out = 0
    let outcome = 'packets passed'
    try {
      const piece = 1 + dice.below(bytes.length + 1)
      for (let at = 0; at < bytes.length; at += piece)
        for (const part of guard.read(bytes.subarray(at, at + piece))) out += part.length
    } catch (error) {
      if (!(error instanceof PacketFault)) return { kind, input: bytes, wrong: `threw ${error}` }
      outcome = 'packets refused'
    }
    count(this.counts, outcome)
    return {
      kind,
      input: bytes,
      ...(out > bytes.length && { wrong: `became longer: ${out} of ${bytes.length}` }),
    }
  }

  async dispose(): Promise<void> {}
}

/** ms */
const PATIENCE = 10_000

/** A broker gone mad, and a real link to it: whatever comes, the link is connected again when the broker is sane. */
export class BrokerTarget implements FuzzTarget {
  readonly name = 'brokers'
  readonly counts = new Map<string, number>()

  async attack(dice: Dice): Promise<Attack> {
    const broker = await startScriptedBroker(dice.chance(0.5) ? { refuseVersion: 5 } : {})
    const clock = new TestClock()
    const delivered: string[] = []
    const link = new Link({
      ...{
        broker: { url: broker.url },
        plane: 0,
        player: 'utrecht-cs',
        subscriptions: playerSubscriptions(['nl']),
        clock,
        session: 'run-1',
      },
      random: () => 0,
      log: { info: () => {}, warn: () => {} },
      health: () => ({}),
      onMessage: async ({ topic }) => void delivered.push(topic),
      onStatus: () => {},
    })
    link.open()
    try {
      return await this.#attack(dice, broker, link, clock, delivered)
    } finally {
      await link.dispose()
      await broker.dispose()
    }
  }

  async dispose(): Promise<void> {}

  async #attack(
    dice: Dice,
    broker: ScriptedBroker,
    link: Link,
    clock: TestClock,
    delivered: readonly string[],
  ): Promise<Attack> {
    const isArmed = (): boolean => link.status.state === 'connected' && link.status.roundTrip !== undefined
    if (!(await until(isArmed))) return { kind: 'a broker', input: Buffer.alloc(0), wrong: 'did not connect' }
    const { kind, bytes } = packets(dice)
    await broker.write(bytes)
    // A packet may have been begun that never ends: only time finds that out.
    const marker = alertTopic('nl', 'marker')
    await broker.deliver(marker, 4, 77)
    const isDelivered = (): boolean => delivered.includes(marker)
    await until(() => isDelivered() || link.status.state === 'waiting', 50)
    count(
      this.counts,
      link.status.state === 'waiting'
        ? 'connection cut'
        : isDelivered()
          ? 'connection kept'
          : 'connection stuck',
    )
    // Its own health record, which must come back, is due within a minute, and has 15 s for it.
    for (let passed = 0; passed < 90_000 && !isDelivered(); passed += 2_000) {
      clock.advance(2_000)
      await until(() => link.status.state !== 'connecting', 200)
      if (isArmed()) await broker.deliver(marker, 4, 78)
      await until(isDelivered, 20)
    }
    return {
      kind,
      input: bytes,
      ...(!isDelivered() && { wrong: `is ${link.status.state}: ${link.status.reason}` }),
    }
  }
}

function packets(dice: Dice): { kind: string; bytes: Buffer } {
  if (dice.chance(0.2)) return { kind: 'random bytes', bytes: dice.bytes(1 + dice.below(200)) }
  const some = Array.from({ length: 1 + dice.below(5) }, () => dice.pick(PACKETS))
  const whole = Buffer.concat(some)
  return dice.chance(0.2) ? { kind: 'packets', bytes: whole } : spoilt(whole, dice)
}

/** @returns whether it became true in time, ms */
async function until(isSo: () => boolean, patience = PATIENCE): Promise<boolean> {
  const end = performance.now() + patience
  while (!isSo()) {
    if (performance.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return true
}
