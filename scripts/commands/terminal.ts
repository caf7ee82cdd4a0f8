/** Where a command talks to and listens: passed in, so that tests can be the terminal. */
export interface Terminal {
  /** One line (or several) of the result; goes to stdout. */
  out(text: string): void
  /** One line for the person; goes to stderr. */
  err(text: string): void
  /** Something long goes on: shown only while somebody watches, and overwritten by what comes next. */
  progress(text: string): void
  /** Whether stdout understands 24-bit colours. */
  readonly colours: boolean
  /** Ends the command in good order: Ctrl-C. */
  readonly stop: AbortSignal
}

/**
 * A mistake by the person who called a command, or in a file of theirs: ends it with these lines and status 1.
 *
 * The one exception that is not a fault in Kijkuit: commands are the outermost edge.
 */
export class Mistake extends Error {
  /** One clear line for each thing wrong. */
  readonly lines: readonly string[]

  /** @param lines none when everything has been said already */
  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const all = typeof lines === 'string' ? [lines] : lines
    super(all.join('\n'), options)
    this.lines = all
  }
}

/** The terminal that this process was started from. */
export function processTerminal(): Terminal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
  // Whoever read the output has gone (`… | head`): nothing is left to do.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort())
  let shown = false
  const clear = (): void => {
    if (shown) process.stderr.write('\r\x1b[K')
    shown = false
  }
  return {
    out(text) {
      clear()
      process.stdout.write(`${text}\n`)
    },
    err(text) {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!process.stderr.isTTY) return
      clear()
      process.stderr.write(text)
      shown = true
    },
    colours: process.stdout.isTTY && process.stdout.hasColors(2 ** 24),
    stop: stop.signal,
  }
}
