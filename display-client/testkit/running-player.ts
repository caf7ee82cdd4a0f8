import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { formatFault } from '../base/document.ts'
import { loadConfig } from '../player/config.ts'
import type { PlayerEvent } from '../player/events.ts'
import type { Log } from '../player/log.ts'
import { type Player, type PlayerOptions, startPlayer } from '../player/player.ts'
import { eventually } from './eventually.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

/** What a running player is called. */
export const PLAYER = 'utrecht-cs'

/**
 * The panel of a player that is not told another: one line of 20 characters, which shows whatever is live, and no end card,
 * which would be a page of ours without it.
 */
export const SIGN = { id: 'sign', preset: 'ticker-1x20', endCard: false }

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

/** A whole player, with its brokers, its panels and its data folder. */
export interface RunningPlayer extends Disposable {
  readonly player: Player
  readonly events: readonly PlayerEvent[]
  /** Warnings. */
  readonly lines: readonly string[]
  /** All that it said, warnings too. */
  readonly said: readonly string[]
  health(): Health
  /** `incident revision`, sorted. */
  live(): readonly string[]
  /** Pages on its first panel. */
  pages(): number
  /** Waits until an alert that is published would reach its panels. */
  armed(): Promise<void>
  dispose(): Promise<void>
}

export interface RunningPlayerOptions {
  readonly folder: TemporaryFolder
  /** As they stand in `player.yaml`. */
  readonly brokers: readonly (string | Readonly<Record<string, string>>)[]
  /** Text of the installed keyring. */
  readonly keyring: string
  readonly clock: Clock
  /** As they stand in `player.yaml`; else `SIGN`. */
  readonly panels?: readonly Readonly<Record<string, unknown>>[]
  /** `feed` as it stands in `player.yaml`. */
  readonly feed?: Readonly<Record<string, unknown>>
  /** Of its page; else any free one. */
  readonly port?: number
  /** Folder of the built screen; else there is no page. */
  readonly screen?: string
  /** 0 up to 1; 0 = no player waits for anything that is spread over a fleet. */
  readonly random?: () => number
}

/** Writes `player.yaml` and the keyring into the folder. @returns what a player of the area nl starts with */
export async function playerOptions(
  options: RunningPlayerOptions,
  log: Log = { info: () => {}, warn: () => {} },
): Promise<PlayerOptions> {
  const { folder, brokers, keyring, clock, panels = [SIGN], feed, port = 0, random = () => 0 } = options
  await writeFile(folder.join('keyring-installed.json'), keyring)
  await writeFile(
    folder.join('player.yaml'),
    JSON.stringify({
      schema: 'kijkuit-player/1',
      player: PLAYER,
      brokers,
      areas: ['nl'],
      keyring: 'keyring-installed.json',
      data: 'data',
      server: { port },
      ...(feed && { feed }),
      panels,
    }),
  )
  const config = loadConfig(folder.join('player.yaml'))
  if (!config.ok) throw new Error(config.failure.map(formatFault).join('\n'))
  const { screen = folder.join('screen') } = options
  return { config: config.value, clock, random, log, screenDirectory: screen }
}

/** Starts a player; a second one on the same folder is its restart. It takes no alert before it is `armed()`. */
export async function runPlayer(options: RunningPlayerOptions): Promise<RunningPlayer> {
  const lines: string[] = []
  const said: string[] = []
  const log: Log = {
    info: (line) => void said.push(line),
    warn: (line) => {
      lines.push(line)
      said.push(line)
    },
  }
  const started = await startPlayer(await playerOptions(options, log))
  if (!started.ok) throw new Error(started.failure.message)
  const player = started.value
  const events: PlayerEvent[] = []
  player.events.on((event) => events.push(event))
  const health = (): Health => player.health() as Health
  let stopped: Promise<void> | undefined
  return {
    ...{ player, events, lines, said, health },
    live: () =>
      health()
        .live.map(({ incident, revision }) => `${incident} ${revision}`)
        .toSorted(),
    pages: () => health().panels[0]?.pages ?? 0,
    armed: () => eventually(() => expect(health().armed).toBe(true)),
    dispose: () => (stopped ??= player.dispose()),
  }
}
