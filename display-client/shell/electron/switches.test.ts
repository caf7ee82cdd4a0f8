import { expect, it } from 'vitest'
import { switches } from './switches.ts'

it('starts Chromium with exactly these', () => {
  expect(switches(['--panel', 'hall'])).toEqual([
    ['force-device-scale-factor', '1'],
    ['force-color-profile', 'srgb'],
    ['disable-lcd-text'],
    ['disable-pinch'],
    ['overscroll-history-navigation', '0'],
    ['noerrdialogs'],
    ['ozone-platform', 'x11'],
  ])
})

it('leaves the platform that the operator has chosen', () => {
  expect(switches(['--ozone-platform=wayland']).map(([name]) => name)).not.toContain('ozone-platform')
})
