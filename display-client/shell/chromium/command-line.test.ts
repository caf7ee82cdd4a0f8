import { expect, it } from 'vitest'
import { chromiumArguments, chromiumPreferences } from './command-line.ts'

const kiosk = { profile: '/tmp/profile', port: 8740, allow: [] }

it('starts exactly this', () => {
  expect(chromiumArguments(kiosk)).toEqual([
    '--kiosk',
    '--app=data:text/html,<title>Kijkuit</title><body style="margin:0;background:%23000;cursor:none">',
    '--user-data-dir=/tmp/profile',
    '--remote-debugging-pipe',
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--disable-lcd-text',
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

it('lets the hosts through that it is told to', () => {
  const args = chromiumArguments({ ...kiosk, allow: ['www.example.org', '10.1.2.3:8080'] })
  expect(args).toContain('--proxy-bypass-list=<-loopback>;127.0.0.1:8740;www.example.org;10.1.2.3:8080')
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
