import { expect, it } from 'vitest'
import { chromiumArguments } from './command-line.ts'

const kiosk = { address: 'http://127.0.0.1:8740/panels/hall/', profile: '/tmp/profile' }

it('starts exactly this', () => {
  expect(chromiumArguments(kiosk)).toEqual([
    '--kiosk',
    '--app=http://127.0.0.1:8740/panels/hall/',
    '--user-data-dir=/tmp/profile',
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--disable-lcd-text',
    '--no-first-run',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-infobars',
    '--disable-print-preview',
    '--password-store=basic',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
    '--check-for-update-interval=31536000',
    '--simulate-outdated-no-au=Tue, 31 Dec 2099 23:59:59 GMT',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--autoplay-policy=no-user-gesture-required',
  ])
})

it('never gives up the sandbox', () => {
  expect(chromiumArguments(kiosk)).not.toContain('--no-sandbox')
})
