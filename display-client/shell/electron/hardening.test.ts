import { expect, it } from 'vitest'
import { isAllowed } from './hardening.ts'

const ORIGINS = { player: 'http://127.0.0.1:8740', hosts: ['https://screens.example'] }
const HOST = 'https://screens.example'

it.each([
  // The player, as page and as socket; and nothing that only looks like it.
  ['http://127.0.0.1:8740/panels/hall/', 'mainFrame', undefined, true],
  ['ws://127.0.0.1:8740/panels/hall/stage', 'webSocket', ORIGINS.player, true],
  ['http://127.0.0.1:8741/', 'mainFrame', undefined, false],
  ['http://127.0.0.1.example.com:8740/', 'mainFrame', undefined, false],
  ['http://localhost:8740/', 'mainFrame', undefined, false],
  ['https://127.0.0.1:8740/', 'mainFrame', undefined, false],
  ['file:///etc/passwd', 'mainFrame', undefined, false],
  ['not an address', 'mainFrame', undefined, false],
  // A host's page: as a frame only, with all that it asks for; but nothing of the sort for our own page.
  [`${HOST}/loop`, 'subFrame', ORIGINS.player, true],
  [`${HOST}/loop`, 'mainFrame', undefined, false],
  ['https://elsewhere.example/', 'subFrame', ORIGINS.player, false],
  ['https://elsewhere.example/', 'subFrame', HOST, false],
  ['https://cdn.example/picture.jpg', 'image', HOST, true],
  ['wss://cdn.example/data', 'webSocket', HOST, true],
  ['file:///etc/passwd', 'xhr', HOST, false],
  ['https://cdn.example/picture.jpg', 'image', ORIGINS.player, false],
  ['https://cdn.example/picture.jpg', 'image', undefined, false],
  ['https://cdn.example/picture.jpg', 'image', 'null', false],
] as const)('%s as %s, asked for by %s: %s', (url, resourceType, initiatorOrigin, allowed) => {
  const asked = initiatorOrigin === undefined ? {} : { initiatorOrigin }
  expect(isAllowed({ url, resourceType, ...asked }, ORIGINS)).toBe(allowed)
})
