import { expect, it } from 'vitest'
import { timeOnPage } from './page-turns.ts'

it('lets a page of a screen stay as long as it asks', () => {
  expect(timeOnPage('screen', 6_500)).toBe(6_500)
})

it('never turns the page of a screen more than once in 4 s', () => {
  expect(timeOnPage('screen', 0)).toBe(4_000)
  expect(timeOnPage('screen', 3_999)).toBe(4_000)
})

it('lets a road sign change its phase after 2 s, and never more than once a second', () => {
  expect(timeOnPage('matrix', 2_000)).toBe(2_000)
  expect(timeOnPage('matrix', 100)).toBe(1_000)
})
