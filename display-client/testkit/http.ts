import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Disposable } from '../base/disposal.ts'

/** A server on 127.0.0.1 that answers everything in the same way. */
export interface TestHttp extends Disposable {
  readonly url: string
  readonly asked: readonly string[]
  answer(status: number, headers: Readonly<Record<string, string>>): void
  dispose(): Promise<void>
}

export async function startHttp(): Promise<TestHttp> {
  const asked: string[] = []
  let reply: readonly [number, Readonly<Record<string, string>>] = [200, {}]
  const http = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(...reply).end('<!doctype html>')
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    ...{ url: `http://127.0.0.1:${port}/`, asked },
    answer(...next) {
      reply = next
    },
    async dispose() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}
