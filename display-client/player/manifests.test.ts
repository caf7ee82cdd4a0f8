import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Missing } from '../alert/reconcile.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { Manifests } from './manifests.ts'

const missing = (incident: string): Missing => ({ area: 'nl', incident, revision: 1, sha256: 'a'.repeat(64) })

let clock: TestClock
let stale: readonly string[]
let said: string[]
let manifests: Manifests

beforeEach(() => {
  clock = new TestClock()
  stale = []
  said = []
  manifests = new Manifests({
    clock,
    log: { info: (line) => said.push(line), warn: (line) => said.push(line) },
    staleAreas: () => stale,
    refill: () => said.push(`refill at ${clock.monotonic() / 1000} s`),
    onStale: () => said.push('changed'),
  })
})
afterEach(() => manifests.dispose())

test('asks for what is missing at once, and then less and less often while it does not come', () => {
  for (let second = 0; second < 3_000; second += 10) {
    manifests.take([missing('one')])
    clock.advance(10_000)
  }
  expect(said).toEqual([0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430].map((at) => `refill at ${at} s`))
})

test('asks at once for something else that is missing, and nothing when nothing is', () => {
  manifests.take([missing('one')])
  manifests.take([])
  manifests.take([missing('one'), missing('two')])
  expect(said).toEqual(['refill at 0 s', 'refill at 0 s'])
})

test('asks no more for anything when lists are full of what does not exist', () => {
  for (let one = 0; one < 11_000; one += 1) manifests.take([missing(`made-up-${one}`)])
  expect(said).toHaveLength(10_000)
})

test('says once that the lists of an area have stopped, and that they come again', () => {
  clock.advance(60_000)
  stale = ['nl']
  clock.advance(120_000)
  stale = []
  manifests.take([])
  expect(said).toEqual([
    'no list of live alerts for nl comes any more; what is shown stays until its own end',
    'changed',
    'the list of live alerts for nl comes again',
    'changed',
  ])
})

test('leaves no timer behind', () => {
  manifests.dispose()
  expect(clock.waiting).toBe(0)
})
