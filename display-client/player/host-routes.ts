import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Hosts } from './hosts.ts'
import { refuse } from './http-answers.ts'
import type { PanelStates } from './panel-state.ts'
import type { Positions } from './position.ts'
import type { HttpRoute } from './server.ts'

export interface HostRoutesOptions {
  readonly panels: readonly string[]
  readonly hosts: Pick<Hosts, 'say'>
  readonly states: Pick<PanelStates, 'get' | 'next'>
  readonly positions: Pick<Positions, 'receive'>
}

/** Bytes; `{"idle":false}` has 14. */
const LARGEST_WORD = 256

const Word = z.strictObject({ idle: z.boolean() })

/** What a CMS on this machine asks and tells (docs/cms.md). */
export function hostRoutes({ panels, hosts, states, positions }: HostRoutesOptions): readonly HttpRoute[] {
  const ofPanel = (id: string): HttpRoute[] => [
    {
      method: 'GET',
      path: `/panels/${id}/state`,
      handle: async ({ url }, response) => {
        const after = url.searchParams.get('after')
        if (after === null) return answer(response, 200, states.get(id))
        if (!/^\d{1,16}$/.test(after))
          return refuse(response, 400, 'after must be the sequence of the last state that you have')
        const gone = new Promise<void>((resolve) => response.once('close', () => resolve()))
        const state = await states.next(id, Number(after), gone)
        if (state === undefined)
          return refuse(response, 429, `too many wait for panel ${id}; let one request wait at a time`)
        answer(response, 200, state)
      },
    },
    {
      method: 'POST',
      path: `/panels/${id}/host`,
      handle: ({ body }, response) => {
        const word = readWord(body)
        if (word === undefined)
          return refuse(response, 400, 'the body must be {"idle": true} or {"idle": false}')
        const said = hosts.say(id, word.idle)
        if (!said.ok) return refuse(response, 409, said.failure)
        answer(response, 200, { host: said.value })
      },
    },
  ]
  return [
    ...panels.flatMap(ofPanel),
    {
      method: 'POST',
      path: '/position',
      handle: ({ body }, response) => {
        const taken = positions.receive(body)
        if (!taken.ok) return refuse(response, 400, taken.failure)
        response.writeHead(204).end()
      },
    },
  ]
}

function readWord(body: Uint8Array): z.output<typeof Word> | undefined {
  if (body.length > LARGEST_WORD) return undefined
  try {
    return Word.safeParse(JSON.parse(Buffer.from(body).toString())).data
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}
