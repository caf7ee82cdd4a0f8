import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Disposable } from '../../display-client/base/disposal.ts'

/** How long a line may be waited for before the benchmark gives up, ms. */
const PATIENCE = 15_000

/** One line of JSON. */
export type Said = Readonly<Record<string, unknown>>

/** A program of ours in a process of its own, which says what it does in lines of JSON. */
export class Child implements Disposable {
  readonly #process: ChildProcess
  readonly #lines: Said[] = []
  #look = (): void => {}

  constructor(file: string, ...words: readonly string[]) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
    this.#process = spawn(process.execPath, [path, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    if (this.#process.stdout === null) throw new Error('it has no output')
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line))
      this.#look()
    })
  }

  /** The first line, past or to come, that is like this. */
  said(isLike: (said: Said) => boolean): Promise<Said> {
    return new Promise((resolve, reject) => {
      const tooLong = setTimeout(() => {
        reject(
          new Error(`nothing came for ${PATIENCE} ms; the last was ${JSON.stringify(this.#lines.at(-1))}`),
        )
      }, PATIENCE)
      this.#look = () => {
        const found = this.#lines.find(isLike)
        if (found === undefined) return
        clearTimeout(tooLong)
        this.#look = () => {}
        resolve(found)
      }
      this.#look()
    })
  }

  get lines(): readonly Said[] {
    return this.#lines
  }

  forget(): void {
    this.#lines.length = 0
  }

  async dispose(): Promise<void> {
    this.#process.kill('SIGTERM')
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, 'exit')
  }
}
