import type { Terminal } from '../../scripts/commands/terminal.ts'

/** A terminal that remembers what it was told. */
export interface TestTerminal extends Terminal {
  /** stdout */
  readonly output: readonly string[]
  /** stderr */
  readonly errors: readonly string[]
  /** Presses Ctrl-C. */
  interrupt(): void
}

/** A terminal without colours, at which nobody sits. */
export function testTerminal(): TestTerminal {
  const output: string[] = []
  const errors: string[] = []
  const stop = new AbortController()
  return {
    ...{ output, errors },
    out: (text) => output.push(text),
    err: (text) => errors.push(text),
    progress: () => {},
    colours: false,
    stop: stop.signal,
    interrupt: () => stop.abort(),
  }
}
