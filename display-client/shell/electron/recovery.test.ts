import { expect, it } from 'vitest'
import { remedyFor } from './recovery.ts'

it('loads the page again after a crash, and remembers it', () => {
  expect(remedyFor('crashed', [1_000], 5_000)).toEqual({ type: 'reload', losses: [1_000, 5_000] })
})

it('does nothing about an end that was meant', () => {
  expect(remedyFor('clean-exit', [], 5_000)).toEqual({ type: 'none' })
})

it('gives up at the sixth loss within ten minutes', () => {
  const losses = [0, 1, 2, 3, 4].map((minute) => minute * 60_000)
  expect(remedyFor('oom', losses, 599_999)).toEqual({ type: 'give-up' })
})

it('forgets what is older than ten minutes', () => {
  const losses = [0, 1, 2, 3, 4].map((minute) => minute * 60_000)
  expect(remedyFor('oom', losses, 600_000)).toEqual({ type: 'reload', losses: [...losses.slice(1), 600_000] })
})
