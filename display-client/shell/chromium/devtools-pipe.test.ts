import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DevToolsPipe } from './devtools-pipe.ts'

let out: PassThrough
let input: PassThrough
let pipe: DevToolsPipe
let events: string[]

beforeEach(() => {
  out = new PassThrough()
  input = new PassThrough()
  events = []
  pipe = new DevToolsPipe(out, input, (method, params, session) => {
    events.push(`${method} ${JSON.stringify(params)} ${session}`)
  })
})
afterEach(() => {
  pipe.close()
  input.destroy()
})

const answer = (...messages: readonly object[]) =>
  input.write(messages.map((one) => `${JSON.stringify(one)}\0`).join(''))

it('asks with a zero byte at the end, and gives each answer to who asked', async () => {
  const first = pipe.call('Page.navigate', { url: 'about:blank' }, 60_000, 's1')
  const second = pipe.call('Target.getTargets', {}, 60_000)
  answer(
    { id: 2, result: { all: [] } },
    { id: 7, result: {} },
    { id: 1, error: { code: -1, message: 'no such page' } },
  )
  expect(await first).toEqual({ ok: false, failure: 'no such page' })
  expect(await second).toEqual({ ok: true, value: { all: [] } })
  expect(String(out.read()).split('\0')).toEqual([
    '{"id":1,"method":"Page.navigate","params":{"url":"about:blank"},"sessionId":"s1"}',
    '{"id":2,"method":"Target.getTargets","params":{}}',
    '',
  ])
})

it('reads messages however they are cut, letters of several bytes too, and passes over what is none', async () => {
  const text = `${JSON.stringify({ method: 'One', params: { text: 'Zoë' }, sessionId: 's' })}\0not JSON\0null\0${JSON.stringify({ method: 'Two' })}\0`
  for (const byte of Buffer.from(text)) input.write(Buffer.of(byte))
  await new Promise(setImmediate)
  expect(events).toEqual(['One {"text":"Zoë"} s', 'Two {} undefined'])
})

it('says that there is no answer in time', async () => {
  expect(await pipe.call('Page.navigate', {}, 10)).toEqual({
    ok: false,
    failure: 'no answer to Page.navigate within 0.01 s',
  })
})

it('says to everybody who waits that Chromium is gone, and to whoever asks after that', async () => {
  const asked = pipe.call('Page.navigate', {}, 60_000)
  input.destroy()
  expect(await asked).toEqual({ ok: false, failure: 'Chromium is gone' })
  expect(await pipe.call('Page.navigate', {}, 60_000)).toEqual({ ok: false, failure: 'Chromium is gone' })
})
