import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PartedMap } from './parted-map.ts'

/** More keys than parts are taken by chance, so that some share one. */
const key = fc.integer({ min: 0, max: 90 }).map((number) => `key-${number}`)
const changes = fc.array(fc.array(fc.tuple(key, fc.option(fc.integer(), { nil: undefined }))), {
  maxLength: 8,
})

const sorted = (entries: Iterable<readonly [string, number]>): unknown =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

it('holds what a Map holds after the same changes, and never changes itself', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const plain = new Map<string, number>()
      let map = PartedMap.of<string, number>()
      for (const some of all) {
        const before = [...map]
        const next = map.with(some)
        for (const [one, value] of some) value === undefined ? plain.delete(one) : plain.set(one, value)
        expect([...map]).toEqual(before)
        map = next
        expect([map.size, sorted(map)]).toEqual([plain.size, sorted(plain)])
        for (const [one, value] of plain) expect([map.get(one), map.has(one)]).toEqual([value, true])
        expect([[...map.keys()].sort(), [...map.values()].length]).toEqual([
          [...plain.keys()].sort(),
          plain.size,
        ])
      }
    }),
  )
})

it('is the very same object when nothing changes', () => {
  const map = PartedMap.of<string, number>([['a', 1]])
  expect(map.with([])).toBe(map)
  expect(
    map.with([
      ['a', 1],
      ['b', undefined],
    ]),
  ).toBe(map)
})
