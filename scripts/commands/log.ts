import type { Log } from '../../display-client/player/log.ts'
import type { Terminal } from './terminal.ts'

/** What a player says, on stderr: one line each, with the time of day. */
export function terminalLog(terminal: Terminal): Log {
  const say = (line: string): void => terminal.err(`${timeOfDay()} ${line}`)
  return { info: say, warn: say }
}

/** `16:04:31`, of this machine. */
export function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8)
}

/** Resolves at Ctrl-C, or after `milliseconds` when that is given. */
export function untilStopped({ stop }: Terminal, milliseconds?: number): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) {
      resolve()
      return
    }
    const timer = milliseconds === undefined ? undefined : setTimeout(() => finish(), milliseconds)
    const finish = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', finish)
      resolve()
    }
    stop.addEventListener('abort', finish)
  })
}
