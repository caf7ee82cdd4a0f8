import { describe, expect, it } from 'vitest'
import { figures, summarise, table } from './statistics.ts'

describe('summarise', () => {
  it('takes the median and the 99th percentile by nearest rank, whatever the order', () => {
    const times = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(summarise(times)).toEqual({ count: 100, median: 50, p99: 99, worst: 100 })
  })

  it('is that one time when there is only one', () => {
    expect(summarise([7])).toEqual({ count: 1, median: 7, p99: 7, worst: 7 })
  })

  it('refuses to sum up nothing', () => {
    expect(() => summarise([])).toThrow(RangeError)
  })
})

it('figures keeps three figures', () => {
  expect([0.12345, 1.2345, 12.345, 1234.5].map(figures)).toEqual(['0.123', '1.23', '12.3', '1235'])
})

it('table aligns names left and numbers right', () => {
  expect(
    table([
      ['panel', 'ms'],
      ['atm', '12.3'],
    ]),
  ).toBe('panel    ms\natm    12.3')
})
