import { writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { MqttClient } from 'mqtt'
import { vi } from 'vitest'
import type { KeeperEvent } from '../../scripts/keeper/events.ts'
import { startKeeper } from '../../scripts/keeper/keeper.ts'
import { toCapTime } from '../alert/cap-time.ts'
import { keyringOf, type NewKey } from '../alert/keyring.ts'
import { type Manifest, openManifest } from '../alert/manifest.ts'
import type { Alert } from '../alert/model.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import type { Broker } from '../player/config.ts'
import { alertTopic, manifestTopic } from '../player/topics.ts'
import { amberAlert } from './alerts.ts'
import { keyringText, sealed, testKey } from './keys.ts'
import { connectClient } from './mqtt-client.ts'
import { type RunningPlayer, runPlayer } from './running-player.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { TestClock } from './test-clock.ts'

const MINUTE = 60_000

/** What a broker retains and sends, as anybody sees it. */
export class Watcher {
  readonly client: MqttClient
  readonly latest = new Map<string, Buffer>()
  readonly manifests: Manifest[] = []
  readonly #rig: KeeperRig

  constructor(client: MqttClient, rig: KeeperRig) {
    this.client = client
    this.#rig = rig
    client.on('message', (topic, payload) => {
      this.latest.set(topic, payload)
      if (topic !== manifestTopic('nl')) return
      const keys = [rig.key, ...rig.trusted].map(({ entry }) => entry)
      const keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys })
      const opened = openManifest(payload, keyring, rig.clock.now())
      if (!opened.ok) throw new Error(opened.failure.code)
      this.manifests.push(opened.value.manifest)
    })
  }

  /** The newest list: incidents with their revisions. */
  get list(): readonly string[] | undefined {
    return this.manifests.at(-1)?.active.map(({ incident, revision }) => `${incident} ${revision}`)
  }

  /** Length of what stands on a topic; undefined when nothing was ever there. */
  size(topic: string): number | undefined {
    return this.latest.get(topic)?.length
  }

  async publish(alert: Alert, topic = alertTopic('nl', alert.incident)): Promise<void> {
    await this.client.publishAsync(topic, Buffer.from(sealed(alert, this.#rig.key)), { qos: 1, retain: true })
  }

  async clear(topic: string): Promise<void> {
    await this.client.publishAsync(topic, '', { qos: 1, retain: true })
  }
}

/** Keepers of the list, players and watchers around them, on one clock. */
export class KeeperRig implements Disposable {
  readonly held = new Disposables()
  readonly folder: TemporaryFolder
  readonly clock = new TestClock()
  /** Signs alerts and lists. */
  key: NewKey = testKey()
  /** Besides `key`. */
  readonly trusted: NewKey[] = []
  readonly events: KeeperEvent[] = []
  /** What keepers have warned of. */
  readonly lines: string[] = []

  private constructor(folder: TemporaryFolder) {
    this.folder = this.held.add(folder)
  }

  static async open(): Promise<KeeperRig> {
    return new KeeperRig(await temporaryFolder())
  }

  dispose(): Promise<void> {
    return this.held.dispose()
  }

  /** Lets time pass, with real time for what brokers bring. @param milliseconds of the rig's clock */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 500) {
      this.clock.advance(Math.min(500, left))
      await setTimeout(10)
    }
  }

  /** Lets time pass until `check` holds. */
  eventually(check: () => void | Promise<void>): Promise<void> {
    const step = async (): Promise<void> => {
      this.clock.advance(500)
      await setTimeout(5)
      await check()
    }
    return vi.waitFor(step, { timeout: 12_000, interval: 5 })
  }

  /** Starts a keeper of the area `nl`; it goes by the first user name there is. */
  async keep(...brokers: readonly (string | Broker)[]): Promise<Disposable> {
    const { folder, key, trusted, clock, events, lines } = this
    await writeFile(folder.join('keyring.json'), keyringText(key, ...trusted))
    const keeper = await startKeeper({
      brokers: brokers.map((one) => (typeof one === 'string' ? { url: one } : one)),
      name: brokers.flatMap((one) => (typeof one === 'string' ? [] : (one.username ?? [])))[0] ?? 'keeper',
      ...{ areas: ['nl'], key: key.file, clock },
      ...{ keyring: folder.join('keyring.json'), data: folder.join('keeper'), random: () => 0 },
      log: { info: () => {}, warn: (line) => void lines.push(line) },
      onEvent: (event) => void events.push(event),
    })
    if (!keeper.ok) throw new Error(keeper.failure)
    return this.held.add(keeper.value)
  }

  async watch(url: string): Promise<Watcher> {
    const client = this.held.add(await connectClient(url))
    const watcher = new Watcher(client, this)
    await client.subscribeAsync('kijkuit/v1/#', { qos: 1 })
    return watcher
  }

  /** An alert that was sent long enough ago for a list to speak about it. */
  old(changes: Partial<Parameters<typeof amberAlert>[0]> = {}): Alert {
    return amberAlert({
      sent: toCapTime(this.clock.now() - 10 * MINUTE),
      expires: toCapTime(this.clock.now() + 60 * MINUTE),
      ...changes,
    })
  }

  /** Starts a player, and waits until it is armed. */
  async play(...brokers: readonly string[]): Promise<RunningPlayer> {
    const { folder, key, clock } = this
    const running = this.held.add(await runPlayer({ folder, brokers, keyring: keyringText(key), clock }))
    await running.armed()
    return running
  }
}
