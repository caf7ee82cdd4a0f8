import type { Command } from 'commander'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { type Demo, type DemoEvent, startDemo } from '../demo/demo.ts'
import { canOpen, notInstalled, openBrowser } from '../demo/desktop.ts'
import { terminalLog, untilStopped } from './log.ts'
import { wholeNumber } from './options.ts'
import { SCREEN_DIRECTORY, screenMissing } from './screen-directory.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface DemoCommandOptions {
  readonly port: number
  readonly seconds?: number
  readonly json?: true
}

const USUAL_PORT = 4180

/** `kijkuit demo`: everything at once, on this machine only, leaving nothing behind. */
export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'see an alert arrive, be updated and end on twelve unlike panels, in the browser; nothing is left behind',
    )
    .option('--port <number>', 'where the wall is served', wholeNumber(0, 65_535), USUAL_PORT)
    .option('--seconds <number>', 'stop by itself after so many seconds', wholeNumber(1, 86_400))
    .option('--json', 'print events as lines of JSON, and open no browser')
    .addHelpText('after', '\nExample:\n  kijkuit demo --port 4200')
    .action((options: DemoCommandOptions) => demo(options, terminal))
}

async function demo({ port, seconds, json }: DemoCommandOptions, terminal: Terminal): Promise<void> {
  const missing = screenMissing()
  if (missing !== undefined) terminal.err(missing)
  const say = json
    ? (event: DemoEvent | { event: 'stopped' }) => terminal.out(JSON.stringify(event))
    : (event: DemoEvent | { event: 'stopped' }) => terminal.out(sentence(event))
  const demo = await startDemo({
    ...{ port, clock: systemClock(), log: terminalLog(terminal), screenDirectory: SCREEN_DIRECTORY },
    onEvent: say,
  })
  if (!demo.ok) throw new Mistake(demo.failure.split('\n'))
  if (!json) introduce(demo.value, terminal)
  await untilStopped(terminal, seconds === undefined ? undefined : seconds * 1_000)
  await demo.value.dispose()
  say({ event: 'stopped' })
}

function introduce({ url, broker }: Demo, terminal: Terminal): void {
  if (canOpen(process.env)) openBrowser(url)
  else terminal.out(`There is no desktop here: open ${url} in a browser.`)
  const absent = notInstalled()
  if (absent.length > 0) terminal.out(`Not installed, and not needed for this: ${absent.join(', ')}.`)
  terminal.out(`The broker is ${broker}: what it loses of a live alert is put back within ten seconds.`)
  terminal.out('Ctrl-C stops it and leaves nothing behind.')
}

function sentence(event: DemoEvent | { readonly event: 'stopped' }): string {
  switch (event.event) {
    case 'listening':
      return `The wall: ${event.url}`
    case 'armed':
      return `Armed after ${event.sinceStart} ms: what is sent reaches the panels.`
    case 'published':
      return `${event.msgType} sent: ${event.incident} revision ${event.revision}`
    case 'receipt':
      return `  ${event.panel}: ${event.kind} after ${Math.round(event.sincePublish)} ms`
    case 'restored':
      return `The broker had lost ${event.topic}; it was put back.`
    case 'stopped':
      return 'Stopped; nothing is left behind.'
  }
}
