import { once } from 'node:events'
import { WebSocket } from 'ws'
import { readViewerMessage } from '../../display-client/player/viewer-messages.ts'
import { bearer } from '../../display-client/testkit/bearer.ts'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import { PATIENCE, Site, TOKEN } from './fuzz-site.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const MESSAGES = [
  '{"type":"painted","revision":1,"ago":1}',
  '{"type":"failed","revision":1,"reason":"x"}',
  '{"type":"pong","sequence":1}',
  `{"type":"photo","sha256":"${'a'.repeat(64)}","fault":"slow"}`,
]

/** Messages of a viewer, as text. None is taken for a painted frame that is none. */
export class ViewerMessageTarget implements FuzzTarget {
  readonly name = 'viewer messages'
  readonly counts = new Map<string, number>()

  async attack(dice: Dice): Promise<Attack> {
    const { kind, bytes } = spoiltMessage(dice)
    const message = readViewerMessage(bytes.toString())
    count(this.counts, message === undefined ? 'viewer message refused' : 'viewer message read')
    const attack = { kind, input: bytes }
    if (message?.type !== 'painted') return attack
    const isSane = Number.isSafeInteger(message.revision) && message.ago >= 0 && message.ago <= 60_000
    return isSane ? attack : { ...attack, wrong: `was read as ${JSON.stringify(message)}` }
  }

  async dispose(): Promise<void> {}
}

/** A viewer's WebSocket, with frames that are none and messages that are none. */
export class WebSocketTarget implements FuzzTarget {
  readonly name = 'sockets'
  readonly counts = new Map<string, number>()
  readonly #site: Site

  private constructor(site: Site) {
    this.#site = site
  }

  static async open(): Promise<WebSocketTarget> {
    return new WebSocketTarget(await Site.open())
  }

  async attack(dice: Dice): Promise<Attack> {
    const { address } = this.#site.server
    const viewer = new WebSocket(`${address.replace('http', 'ws')}/panels/bar-1/stage`, {
      origin: address,
      headers: bearer({ value: TOKEN }),
    })
    viewer.on('error', () => {})
    await once(viewer, 'open')
    const { kind, bytes, isRaw } = frames(dice)
    const before = this.#site.painted.length
    if (isRaw) rawSocketOf(viewer)?.write(bytes)
    else viewer.send(bytes, { binary: dice.chance(0.1) })
    // A good message behind it: what is bad must have closed the socket, or have been read already when this one is.
    viewer.send('{"type":"pong","sequence":0}')
    viewer.close()
    const timer = setTimeout(() => viewer.terminate(), PATIENCE)
    const [code] = (await once(viewer, 'close')) as [number]
    clearTimeout(timer)
    count(this.counts, `socket closed ${code}`)
    const attack = { kind, input: bytes }
    const said = this.#site.painted.slice(before)
    if (said.some((revision) => revision !== 1)) return { ...attack, wrong: `was taken for paint of ${said}` }
    const wrong = await this.#site.check()
    return { ...attack, ...(wrong !== undefined && { wrong }) }
  }

  dispose(): Promise<void> {
    return this.#site.dispose()
  }
}

function spoiltMessage(dice: Dice): { kind: string; bytes: Buffer } {
  if (dice.chance(0.2)) return { kind: 'a bomb', bytes: bomb(dice) }
  if (dice.chance(0.1)) return { kind: 'babble', bytes: Buffer.from(babble(dice)) }
  return spoilt(Buffer.from(dice.pick(MESSAGES)), dice)
}

function frames(dice: Dice): { kind: string; bytes: Buffer; isRaw: boolean } {
  if (dice.chance(0.5)) return { ...spoiltMessage(dice), isRaw: false }
  const bytes = dice.pick([
    () => dice.bytes(dice.below(300)),
    // Unmasked, reserved bits, a length of 2^63, a ping that is too long, a continuation of nothing.
    () => Buffer.from('810568656c6c6f', 'hex'),
    () => Buffer.from('f18000000000', 'hex'),
    () => Buffer.from('81ff7fffffffffffffff00000000', 'hex'),
    () => Buffer.concat([Buffer.from('89fe00c800000000', 'hex'), Buffer.alloc(200)]),
    () => Buffer.from('808000000000', 'hex'),
    () => Buffer.from('018000000000', 'hex'),
  ])()
  return { kind: 'frames that are none', bytes, isRaw: true }
}

/** What ws writes its frames to. */
function rawSocketOf(viewer: WebSocket): NodeJS.WritableStream | undefined {
  return (viewer as unknown as { readonly _socket?: NodeJS.WritableStream })._socket
}
