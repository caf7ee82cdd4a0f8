import { expect, it } from 'vitest'
import { chromiumArguments, chromiumPreferences } from './command-line.ts'

const kiosk = { profile: '/tmp/profile', port: 8740, hosts: [], gpu: true }

it('starts exactly this', () => {
  expect(chromiumArguments(kiosk)).toEqual([
    '--kiosk',
    '--app=data:text/html,<title>Kijkuit</title><body style="margin:0;background:%23000;cursor:none">',
    '--user-data-dir=/tmp/profile',
    '--remote-debugging-pipe',
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--disable-lcd-text',
    '--gtk-version=3',
    '--no-first-run',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-infobars',
    '--disable-print-preview',
    '--deny-permission-prompts',
    '--disable-notifications',
    '--disable-features=Translate,MediaRouter',
    '--password-store=basic',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--proxy-server=http://127.0.0.1:1',
    '--proxy-bypass-list=<-loopback>;127.0.0.1:8740',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
    '--check-for-update-interval=31536000',
    '--simulate-outdated-no-au=Tue, 31 Dec 2099 23:59:59 GMT',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--autoplay-policy=document-user-activation-required',
  ])
})

it('lets the origins through that it is told to', () => {
  const hosts = ['https://screens.example', 'http://10.1.2.3:8080', 'http://[fd00::1]']
  expect(chromiumArguments({ ...kiosk, hosts })).toContain(
    '--proxy-bypass-list=<-loopback>;127.0.0.1:8740;screens.example:443;10.1.2.3:8080;[fd00::1]:80',
  )
})

it('draws without the graphics processor where that is what hangs', () => {
  expect(chromiumArguments({ ...kiosk, gpu: false }).at(-1)).toBe('--disable-gpu')
})

it('never gives up the sandbox', () => {
  expect(chromiumArguments(kiosk)).not.toContain('--no-sandbox')
})

it('begins every profile with nothing kept and nothing offered', () => {
  expect(JSON.parse(chromiumPreferences())).toMatchObject({
    credentials_enable_service: false,
    profile: { password_manager_enabled: false },
    translate: { enabled: false },
  })
})
