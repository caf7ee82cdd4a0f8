import { expect, it } from 'vitest'
import { answerOfHost, hostPatterns } from './host-answers.ts'

it('looks at the pages of the hosts, and at nothing else', () => {
  expect(hostPatterns(['https://screens.example', 'http://127.0.0.1:3000'])).toEqual([
    { urlPattern: 'https://screens.example/*', resourceType: 'Document', requestStage: 'Response' },
    { urlPattern: 'http://127.0.0.1:3000/*', resourceType: 'Document', requestStage: 'Response' },
  ])
})

it.each([[200], [204], [302], [399]])('lets an answer of %i through', (responseStatusCode) => {
  expect(answerOfHost({ requestId: '7', responseStatusCode })).toEqual({
    method: 'Fetch.continueRequest',
    params: { requestId: '7' },
  })
})

it.each([
  [{ responseStatusCode: 400 }, 'answers 400'],
  [{ responseStatusCode: 503 }, 'answers 503'],
  [{ responseErrorReason: 'ConnectionRefused' }, 'does not come (ConnectionRefused)'],
])('puts a page of nothing in the place of %o', (answer, reason) => {
  const { method, params } = answerOfHost({ requestId: '7', ...answer })
  expect(method).toBe('Fetch.fulfillRequest')
  const { body, ...rest } = params
  expect(rest).toEqual({
    ...{ requestId: '7', responseCode: 200 },
    responseHeaders: [{ name: 'Content-Type', value: 'text/html' }],
  })
  expect(Buffer.from(String(body), 'base64').toString()).toBe(
    `<!doctype html><script>parent.postMessage({"type":"kijkuit-idle-gone","reason":"${reason}"}, '*')</script>`,
  )
})
