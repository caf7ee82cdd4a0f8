import { expect, it } from 'vitest'
import { windowOptions } from './window-options.ts'

it('makes exactly this window, and leaves everything else as Electron ships it', () => {
  expect(windowOptions({ x: 1920, y: 0, width: 1080, height: 1920 })).toStrictEqual({
    x: 1920,
    y: 0,
    width: 1080,
    height: 1920,
    kiosk: true,
    frame: false,
    roundedCorners: false,
    show: false,
    backgroundColor: '#000',
    webPreferences: {
      backgroundThrottling: false,
      autoplayPolicy: 'document-user-activation-required',
      disableDialogs: true,
      spellcheck: false,
    },
  })
})
