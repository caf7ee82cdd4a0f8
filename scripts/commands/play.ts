import type { Command } from 'commander'
import { loadConfig } from '../../display-client/player/config.ts'
import type { PlayerEvent } from '../../display-client/player/events.ts'
import { startPlayer } from '../../display-client/player/player.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { orMistake } from './input.ts'
import { terminalLog, timeOfDay, untilStopped } from './log.ts'
import { collectYoung, giveBackMemory } from './memory.ts'
import { SCREEN_DIRECTORY, screenMissing } from './screen-directory.ts'
import { Mistake, type Terminal } from './terminal.ts'

/** `kijkuit play`: runs a player until Ctrl-C. */
export function addPlay(program: Command, terminal: Terminal): void {
  program
    .command('play')
    .description(
      'run a player until Ctrl-C: it listens to the brokers and drives the panels of its configuration',
    )
    .argument('<player.yaml>', 'the configuration; check it first with kijkuit check')
    .option('--json', 'print every event as a line of JSON')
    .addHelpText('after', '\nExample:\n  kijkuit play player.yaml')
    .action((file: string, options: { readonly json?: true }) => play(file, options, terminal))
}

async function play(file: string, { json }: { readonly json?: true }, terminal: Terminal): Promise<void> {
  const config = orMistake(loadConfig(file))
  const missing = screenMissing()
  if (missing !== undefined) terminal.err(missing)
  const player = await startPlayer({
    config,
    clock: systemClock(),
    random: Math.random,
    log: terminalLog(terminal),
    screenDirectory: SCREEN_DIRECTORY,
    onRested: giveBackMemory,
    onQuiet: collectYoung,
  })
  if (!player.ok) throw new Mistake(player.failure.message.split('\n'))
  const { address, viewerToken, feedAddress, events } = player.value
  const say = (event: object, line: string | undefined): void => {
    if (json) terminal.out(JSON.stringify(event))
    else if (line !== undefined) terminal.out(`${timeOfDay()} ${line}`)
  }
  const panels = config.panels.length === 1 ? '1 panel' : `${config.panels.length} panels`
  events.on((event) => say({ event: event.type, ...event, type: undefined }, sentence(event)))
  say(
    { event: 'listening', url: address, tokenFile: viewerToken.file },
    `${config.player}: ${panels} on ${address}; screens need the token in ${viewerToken.file}`,
  )
  if (feedAddress !== undefined)
    say(
      { event: 'feed', url: feedAddress },
      `${config.player}: the feed of its signs on ${feedAddress}/feed/v1`,
    )
  await untilStopped(terminal)
  await player.value.dispose()
  say({ event: 'stopped' }, 'stopped')
}

/** An event for a person; undefined when the log has said it already. */
function sentence(event: PlayerEvent): string | undefined {
  if (event.type === 'rejected') return undefined
  if (event.type === 'armed') return 'armed: what is published reaches the panels'
  const { kind, panel, incident, revision } = event
  return `${panel === undefined ? '' : `${panel}: `}${kind} ${incident} revision ${revision}`
}
