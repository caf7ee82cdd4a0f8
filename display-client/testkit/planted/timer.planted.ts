import { expect, it } from 'vitest'

it('leaves a timer', () => {
  expect(setInterval(() => {}, 60_000)).toBeDefined()
})
