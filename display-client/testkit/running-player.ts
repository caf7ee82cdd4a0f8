import { writeFile } from 'node:fs/promises'
import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { formatFault } from '../base/document.ts'
import { loadConfig } from '../player/config.ts'
import type { PlayerEvent } from '../player/events.ts'
import { type Player, startPlayer } from '../player/player.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

/** What a test reads of the health record. */
export interface Health {
  readonly armed: boolean
  readonly links: readonly { readonly state: string; readonly reason: string }[]
  readonly live: readonly { readonly incident: string; readonly revision: number }[]
  readonly rejections: Readonly<Record<string, number>>
  readonly photosRefused: Readonly<Record<string, number>>
  readonly staleAreas: readonly string[]
  readonly panels: readonly { readonly id: string; readonly pages: number }[]
}

/** A player with one sign of one line of 20 characters, which shows whatever is live. */
export interface RunningPlayer extends Disposable {
  readonly player: Player
  readonly events: PlayerEvent[]
  /** Warnings. */
  readonly lines: string[]
  health(): Health
  /** `incident revision`, sorted. */
  live(): readonly string[]
  /** Pages on the sign. */
  pages(): number
  dispose(): Promise<void>
}

export interface RunningPlayerOptions {
  readonly folder: TemporaryFolder
  /** As they stand in `player.yaml`. */
  readonly brokers: readonly (string | Readonly<Record<string, string>>)[]
  /** Text of the installed keyring. */
  readonly keyring: string
  readonly clock: Clock
  /** What differs of the sign, as it stands in `player.yaml`. */
  readonly sign?: Readonly<Record<string, unknown>>
  /** `feed` as it stands in `player.yaml`. */
  readonly feed?: Readonly<Record<string, unknown>>
  /** 0 up to 1; 0 = no player waits for anything that is spread over a fleet. */
  readonly random?: () => number
}

/** Starts a player of the area nl on `folder`; a second one on the same folder is its restart. */
export async function runPlayer(options: RunningPlayerOptions): Promise<RunningPlayer> {
  const { folder, brokers, keyring, clock, sign, feed, random = () => 0 } = options
  await writeFile(folder.join('keyring-installed.json'), keyring)
  await writeFile(
    folder.join('player.yaml'),
    JSON.stringify({
      schema: 'kijkuit-player/1',
      player: 'utrecht-cs',
      brokers,
      areas: ['nl'],
      keyring: 'keyring-installed.json',
      data: 'data',
      server: { port: 0 },
      ...(feed && { feed }),
      // What is live is what these tests ask; an end card would be a page of ours without it.
      panels: [{ id: 'sign', preset: 'ticker-1x20', endCard: false, ...sign }],
    }),
  )
  const config = loadConfig(folder.join('player.yaml'))
  if (!config.ok) throw new Error(config.failure.map(formatFault).join('\n'))
  const lines: string[] = []
  const started = await startPlayer({
    ...{ config: config.value, clock, random, screenDirectory: folder.join('screen') },
    log: { info: () => {}, warn: (line) => lines.push(line) },
  })
  if (!started.ok) throw new Error(started.failure.message)
  const player = started.value
  const events: PlayerEvent[] = []
  player.events.on((event) => events.push(event))
  const health = (): Health => player.health() as Health
  let stopped: Promise<void> | undefined
  return {
    ...{ player, events, lines, health },
    live: () =>
      health()
        .live.map(({ incident, revision }) => `${incident} ${revision}`)
        .toSorted(),
    pages: () => health().panels[0]?.pages ?? 0,
    dispose: () => (stopped ??= player.dispose()),
  }
}
