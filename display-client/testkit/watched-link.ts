import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Disposable } from '../base/disposal.ts'
import type { Delivery } from '../player/connection.ts'
import { Link, type LinkOptions, type LinkStatus } from '../player/link.ts'
import { playerSubscriptions } from '../player/topics.ts'
import { eventually } from './eventually.ts'
import { TestClock } from './test-clock.ts'

/** A link that writes down what becomes of it; the test moves its time. */
export interface WatchedLink extends Disposable {
  readonly link: Link
  readonly clock: TestClock
  readonly statuses: LinkStatus[]
  readonly messages: Delivery[]
  readonly lines: string[]
  /** Waits until it is connected, and the broker has brought its own message back. */
  armed(): Promise<void>
  /** The topics of what came, in order. */
  topics(): readonly string[]
  /** Lets the pause before the next attempt pass, and no more. @returns how long it was, ms */
  waitForAttempt(): number
  /** Lets time pass in steps, with real time between them for what the broker sends. @param milliseconds of its clock */
  pass(milliseconds: number): Promise<void>
  dispose(): Promise<void>
}

/** Opens a link of the player `utrecht-cs` for the areas nl and nl-vr09. */
export function watchLink(url: string, changes: Partial<LinkOptions> = {}): WatchedLink {
  const clock = new TestClock()
  const statuses: LinkStatus[] = []
  const messages: Delivery[] = []
  const lines: string[] = []
  const link = new Link({
    broker: { url },
    plane: 0,
    player: 'utrecht-cs',
    subscriptions: playerSubscriptions(['nl', 'nl-vr09']),
    clock,
    random: () => 0.5,
    log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    session: 'run-1',
    health: () => ({ armed: true }),
    onMessage: async (delivery) => void messages.push(delivery),
    onStatus: (status) => statuses.push(status),
    ...changes,
  })
  link.open()
  return {
    ...{ link, clock, statuses, messages, lines },
    armed: () =>
      eventually(() =>
        expect(link.status).toMatchObject({ state: 'connected', roundTrip: { took: expect.any(Number) } }),
      ),
    topics: () => messages.map(({ topic }) => topic),
    waitForAttempt() {
      const before = statuses.length
      let pause = 0
      while (link.status.state === 'waiting' && statuses.length === before) {
        clock.advance(250)
        pause += 250
      }
      return pause
    },
    async pass(milliseconds) {
      for (let left = milliseconds; left > 0; left -= 5_000) {
        clock.advance(Math.min(5_000, left))
        await setTimeout(20)
      }
    },
    dispose: () => link.dispose(),
  }
}
