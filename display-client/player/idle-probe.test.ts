import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HostPages, startHostPages } from '../testkit/host-pages.ts'
import { startHttp, type TestHttp } from '../testkit/http.ts'
import { probe } from './idle-probe.ts'

const OURS = 'http://127.0.0.1:8740'
let host: HostPages
let http: TestHttp

beforeEach(async () => {
  host = await startHostPages('http://elsewhere.example/')
  http = await startHttp()
})
afterEach(async () => {
  await host.dispose()
  await http.dispose()
})

describe('a page of the host', () => {
  test('that stands is fine', async () => {
    expect(await probe(host.url('/good'), OURS)).toEqual({ ok: true, value: undefined })
  })

  test.each([
    ['/gone', () => `${host.url('/gone')} answers 404; look at the host`],
    [
      '/elsewhere',
      () =>
        `${host.url('/elsewhere')} leads to http://elsewhere.example; give that address under idle.url, or keep it on http://127.0.0.1:${host.port}`,
    ],
    [
      '/forbids',
      () =>
        `${host.url('/forbids')} may not stand in our page; take X-Frame-Options off it, and allow ${OURS} in frame-ancestors`,
    ],
  ] as const)('%s is not', async (path, failure) => {
    expect(await probe(host.url(path), OURS)).toEqual({ ok: false, failure: failure() })
  })

  test('that nobody serves is not', async () => {
    const url = host.url('/good')
    await host.dispose()
    expect(await probe(url, OURS)).toEqual({ ok: false, failure: `${url} does not come: ECONNREFUSED` })
    host = await startHostPages()
  })

  test.each<[string, Record<string, string>, boolean]>([
    ['lets us', { 'content-security-policy': `default-src 'self'; frame-ancestors 'self' ${OURS}` }, true],
    ['lets any port of ours', { 'content-security-policy': 'frame-ancestors http://127.0.0.1:*' }, true],
    ['lets all', { 'content-security-policy': 'frame-ancestors *' }, true],
    [
      'lets us, whatever its X-Frame-Options',
      { 'content-security-policy': `frame-ancestors ${OURS}`, 'x-frame-options': 'DENY' },
      true,
    ],
    ['lets none', { 'content-security-policy': "frame-ancestors 'none'" }, false],
    ['lets itself', { 'content-security-policy': "frame-ancestors 'self'" }, false],
    ['lets others', { 'content-security-policy': 'frame-ancestors http://127.0.0.1:8741' }, false],
    [
      'has two policies of which one lets us',
      { 'content-security-policy': `frame-ancestors *, frame-ancestors 'none'` },
      false,
    ],
    ['has another policy', { 'content-security-policy': "script-src 'self'" }, true],
    ['has X-Frame-Options: sameorigin', { 'x-frame-options': 'SameOrigin' }, false],
  ])('that %s', async (_what, headers, fine) => {
    http.answer(200, headers)
    expect((await probe(http.url, OURS)).ok).toBe(fine)
  })

  test('may move within its own address, and not for ever', async () => {
    http.answer(302, { location: '/loop' })
    expect(await probe(http.url, OURS)).toEqual({
      ok: false,
      failure: `${http.url} redirects more than 5 times; give the last address under idle.url`,
    })
    expect(http.asked).toEqual(['/', ...Array(5).fill('/loop')])
    http.answer(302, { location: 'http://[' })
    expect(await probe(http.url, OURS)).toMatchObject({ ok: false })
  })
})
