import { expect, it } from 'vitest'
import { windowOptions } from './window-options.ts'

const MONITOR = { x: 1920, y: 0, width: 1080, height: 1920 }

/** The same for every window; everything else stays as Electron ships it. */
const ALWAYS = {
  frame: false,
  roundedCorners: false,
  show: false,
  backgroundColor: '#000',
  webPreferences: {
    partition: 'kijkuit',
    backgroundThrottling: false,
    autoplayPolicy: 'no-user-gesture-required',
    disableDialogs: true,
    spellcheck: false,
  },
}

it('makes exactly this window of a monitor', () => {
  expect(windowOptions(MONITOR, undefined)).toStrictEqual({ ...MONITOR, kiosk: true, ...ALWAYS })
})

it('makes exactly this window of a part of it', () => {
  expect(windowOptions(MONITOR, { width: 192, height: 64, x: 16, y: 8 })).toStrictEqual({
    ...{ x: 1936, y: 8, width: 192, height: 64 },
    ...{ alwaysOnTop: true, skipTaskbar: true, resizable: false, movable: false },
    ...ALWAYS,
  })
})

it('keeps nothing of a page on disk', () => {
  expect(windowOptions(MONITOR, undefined).webPreferences?.partition).not.toMatch(/^persist:/)
})
