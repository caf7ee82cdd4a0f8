import type { Readable, Writable } from 'node:stream'
import type { Result } from '../../base/result.ts'

/** Bytes of the longest message that is read: a screenshot of a large wall, as base64. */
const LARGEST = 64 * 1024 * 1024

export type Fields = Readonly<Record<string, unknown>>

/** An event of the DevTools protocol. @param session that it is of; undefined = of the browser */
export type DevToolsListener = (method: string, params: Fields, session: string | undefined) => void

/**
 * The DevTools protocol over `--remote-debugging-pipe`: JSON texts, each ended by a zero byte (Chromium,
 * content/browser/devtools/devtools_pipe_handler.cc).
 */
export class DevToolsPipe {
  readonly #out: Writable
  readonly #waiting = new Map<number, (answer: Result<Fields, string>) => void>()
  readonly #listener: DevToolsListener
  #id = 0
  #chunks: Buffer[] = []
  #size = 0

  /**
   * @param out file 3 of Chromium
   * @param input file 4 of Chromium
   */
  constructor(out: Writable, input: Readable, listener: DevToolsListener) {
    this.#out = out
    this.#listener = listener
    input.on('data', (chunk: Buffer) => this.#receive(chunk))
    // The end of Chromium is seen by its process.
    for (const stream of [out, input]) stream.on('error', () => this.close())
    input.on('close', () => this.close())
  }

  /**
   * Has Chromium do something.
   *
   * @param deadline ms
   * @param session of a page; undefined = the browser itself
   * @returns what it answers, or one sentence that says why it does not
   */
  call(method: string, params: Fields, deadline: number, session?: string): Promise<Result<Fields, string>> {
    this.#id += 1
    const id = this.#id
    return new Promise((resolve) => {
      const settle = (answer: Result<Fields, string>): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(answer)
      }
      const late = `no answer to ${method} within ${deadline / 1_000} s`
      const timer = setTimeout(() => settle({ ok: false, failure: late }), deadline)
      this.#waiting.set(id, settle)
      if (!this.#out.writable) return settle({ ok: false, failure: 'Chromium is gone' })
      this.#out.write(`${JSON.stringify({ id, method, params, ...(session && { sessionId: session }) })}\0`)
    })
  }

  /** Whoever waits gets no answer any more. */
  close(): void {
    for (const settle of [...this.#waiting.values()]) settle({ ok: false, failure: 'Chromium is gone' })
    this.#out.destroy()
  }

  #receive(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      this.#chunks.push(chunk.subarray(start, end))
      this.#read(Buffer.concat(this.#chunks).toString())
      this.#chunks = []
      this.#size = 0
      start = end + 1
    }
    this.#chunks.push(chunk.subarray(start))
    this.#size += chunk.length - start
    if (this.#size > LARGEST) this.close()
  }

  #read(text: string): void {
    const message = fieldsOf(parse(text))
    const { id, method, sessionId } = message
    if (typeof id === 'number') {
      const { error } = message
      const { message: reason } = fieldsOf(error)
      this.#waiting.get(id)?.(
        error === undefined
          ? { ok: true, value: fieldsOf(message['result']) }
          : { ok: false, failure: String(reason) },
      )
    } else if (typeof method === 'string') {
      this.#listener(
        method,
        fieldsOf(message['params']),
        typeof sessionId === 'string' ? sessionId : undefined,
      )
    }
  }
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
