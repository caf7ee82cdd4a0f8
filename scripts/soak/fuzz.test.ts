import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('the fuzzer finds nothing in a few thousand attacks on every way in', { timeout: 60_000 }, async () => {
  const seen: number[] = []
  const { part, runs, failures, counts } = await fuzz({
    ...{ runs: 3_000, seed: 20_261_122 },
    onProgress: (done, of) => seen.push(done / of),
  })
  expect(failures).toEqual([])
  expect([part, runs, seen.length]).toEqual(['fuzz', 3_000, 3_000])
  expect(seen.at(-1)).toBe(1)
  for (const target of [
    'envelopes',
    'signed',
    'packets',
    'viewer messages',
    'documents',
    'photos',
    'requests',
    'sockets',
    'brokers',
  ])
    expect([target, counts[target]]).toEqual([target, expect.any(Number)])
  // It is worth nothing when all that is sent falls at the first hurdle.
  for (const code of [
    'envelope-malformed',
    'signature-wrong',
    'header-forbidden',
    'algorithm-forbidden',
    'known already',
  ])
    expect([code, (counts[code] ?? 0) > 20]).toEqual([code, true])
})
