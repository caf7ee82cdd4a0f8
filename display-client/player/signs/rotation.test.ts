import { describe, expect, test } from 'vitest'
import { Rotation } from './rotation.ts'

const NEVER = Number.POSITIVE_INFINITY
const A = { name: 'a', dwell: 4_000, until: 100_000 }
const B = { name: 'b', dwell: 6_000, until: 20_000 }

describe('which page is on a sign', () => {
  test('is one after the other, each for its time, and the first again', () => {
    const rotation = new Rotation([A, B], 30_000, true, -NEVER)
    expect(rotation.next(0, 0)).toEqual({ target: A, after: 0, until: 20_000 })
    expect(rotation.sent(A, 100, 100)).toBe(false)
    expect(rotation.next(100, 100)).toEqual({ target: A, after: 30_000, until: 4_000 })
    expect(rotation.next(4_100, 4_100)).toMatchObject({ target: B, after: 0 })
    // Now all of it has been there.
    expect(rotation.sent(B, 4_200, 4_200)).toBe(true)
    expect(rotation.next(10_200, 10_200)).toMatchObject({ target: A, after: 0 })
    expect(rotation.sent(A, 10_200, 10_200)).toBe(false)
  })

  test('is none of those that are over, and nothing when all are', () => {
    const rotation = new Rotation([A, B], 30_000, true, -NEVER)
    rotation.sent(A, 0, 0)
    rotation.sent(B, 4_000, 4_000)
    expect(rotation.next(4_000, 20_000)).toMatchObject({ target: A, after: 0 })
    rotation.sent(A, 4_000, 20_000)
    expect(rotation.next(4_000, 99_999)).toEqual({ target: A, after: 30_000, until: 1 })
    expect(rotation.next(4_000, 100_000)).toMatchObject({ target: 'nothing', after: 0 })
    // Which the presenter says in its own way.
    expect(rotation.sent('nothing', 4_000, 100_000)).toBe(false)
  })

  test('is sent again after a time, without beginning its own time anew', () => {
    const rotation = new Rotation([{ ...A, dwell: 8_000 }, B], 5_000, true, -NEVER)
    rotation.sent(rotation.next(0, 0).target, 0, 0)
    expect(rotation.next(0, 0)).toMatchObject({ after: 5_000, until: 8_000 })
    rotation.sent(rotation.next(5_000, 5_000).target, 5_000, 5_000)
    expect(rotation.next(5_000, 5_000)).toMatchObject({ after: 5_000, until: 3_000 })
    expect(rotation.next(8_000, 8_000)).toMatchObject({ target: B, after: 0 })
  })

  test('changes at most once in a second', () => {
    const soon = new Rotation([A], 30_000, true, 500)
    expect(soon.next(600, 600).after).toBe(900)
    const quick = new Rotation([{ ...A, dwell: 10 }, B], 30_000, true, -NEVER)
    quick.sent(quick.next(0, 0).target, 0, 0)
    expect(quick.next(0, 0).until).toBe(1_000)
  })

  test.each([
    [true, 5_000, 0],
    [false, NEVER, NEVER],
  ])('when it is none, is said again where that harms nobody (%s)', (repeats, after, onConnection) => {
    const rotation = new Rotation([], 5_000, repeats, -NEVER)
    expect(rotation.next(0, 0)).toEqual({ target: 'nothing', after: 0, until: NEVER })
    expect(rotation.sent('nothing', 0, 0)).toBe(true)
    expect(rotation.next(0, 0).after).toBe(after)
    rotation.reconnected()
    expect(rotation.next(0, 0).after).toBe(onConnection)
  })

  test('is due at once on a new connection', () => {
    const rotation = new Rotation([A], 30_000, true, -NEVER)
    rotation.sent(A, 0, 0)
    rotation.reconnected()
    expect(rotation.next(10, 10)).toMatchObject({ target: A, after: 0 })
  })
})
