import { describe, expect, test } from 'vitest'
import { restOf } from './around.ts'

describe('what a zone leaves free of a screen of 1920x1080', () => {
  const whole = { width: 1920, height: 1080 }
  test.each([
    [
      'the right side',
      { x: 1280, y: 0, width: 640, height: 1080 },
      { x: 0, y: 0, width: 1280, height: 1080 },
    ],
    ['the left side', { x: 0, y: 0, width: 640, height: 1080 }, { x: 640, y: 0, width: 1280, height: 1080 }],
    ['the top', { x: 0, y: 0, width: 1920, height: 300 }, { x: 0, y: 300, width: 1920, height: 780 }],
    ['the bottom', { x: 0, y: 780, width: 1920, height: 300 }, { x: 0, y: 0, width: 1920, height: 780 }],
    ['a corner', { x: 1320, y: 880, width: 600, height: 200 }, { x: 0, y: 0, width: 1920, height: 880 }],
    ['all', { x: 0, y: 0, width: 1920, height: 1080 }, undefined],
  ])('%s', (_where, zone, rest) => {
    expect(restOf(whole, zone)).toEqual(rest)
  })
})
