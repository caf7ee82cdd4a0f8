import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A Node process that says JSON line by line, and is going to be killed. */
export class Doomed<Said> {
  readonly #child: ChildProcessWithoutNullStreams
  /** It is gone, with all that it has said. */
  readonly closed: Promise<unknown>
  /** What it said on standard error. */
  complaint = ''

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, onSaid: (said: Said) => void) {
    this.#child = spawn(process.execPath, args, { env: { ...process.env, ...env } })
    this.closed = once(this.#child, 'close')
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.on('data', (chunk) => {
      this.complaint += chunk
    })
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      let said: Said
      try {
        said = JSON.parse(line)
      } catch {
        // Half a line: it died while it wrote that.
        return
      }
      onSaid(said)
    })
  }

  /** Writes a line to it. */
  tell(told: object): void {
    this.#child.stdin.write(`${JSON.stringify(told)}\n`)
  }

  /** At once, wherever it is. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.closed
  }
}
