import { expect, it } from 'vitest'
import { panelAddress, readTargets } from './targets.ts'

const HOME = { HOME: '/home/kijkuit' }
const TOKEN = ['--token-file', '/data/viewer.token']

it('reads the port, the panels and the monitors they are for', () => {
  expect(
    readTargets(['--port', '8900', ...TOKEN, '--panel', 'hall', '--panel', 'platform=DP-1'], HOME),
  ).toEqual({
    ok: true,
    value: {
      port: 8900,
      tokenFile: '/data/viewer.token',
      stateFolder: '/home/kijkuit/.local/state/kijkuit-shell',
      targets: [
        { panel: 'hall', monitor: undefined, geometry: undefined },
        { panel: 'platform', monitor: 'DP-1', geometry: undefined },
      ],
      gpu: true,
      hosts: [],
    },
  })
})

it('takes the port of a player that was not told otherwise', () => {
  expect(readTargets([...TOKEN, '--panel', 'hall'], HOME)).toMatchObject({ ok: true, value: { port: 8740 } })
})

it.each([
  [[], 'No panel to show; name one with --panel <id> or --panel <id>=<monitor>.'],
  [['--panel', 'hall', '--port', 'x'], '--port x is not a port; give a whole number from 1 to 65535.'],
  [['--panel', '../etc'], '--panel ../etc is not the id of a panel: lower-case letters, digits and hyphens.'],
  [['--panel', 'hall', '--panel', 'hall=DP-1'], '--panel hall is given twice; keep one.'],
  [['--panel', 'hall', '--gpu', 'no'], '--gpu no is neither on nor off.'],
  [
    ['--panel', 'hall', '--host', 'https://screens.example/start'],
    '--host https://screens.example/start is no origin; give scheme, name and port only, as https://screens.example.',
  ],
  [
    ['--panel', 'hall'],
    'No viewer token; name its file with --token-file <data folder of the player>/viewer.token.',
  ],
])('refuses %j with the fix', (args, message) => {
  expect(readTargets(args, HOME)).toEqual({ ok: false, message })
})

it('refuses an option that it does not know, naming those it does', () => {
  expect(readTargets(['--pannel', 'hall'], HOME)).toEqual({
    ok: false,
    message: expect.stringMatching(
      /--pannel.*; known are --port, --panel, --token-file, --state, --gpu, --host\.$/s,
    ),
  })
})

it('loads a panel from the loopback interface only', () => {
  expect(panelAddress(8740, 'hall', 'a.b-c')).toBe('http://127.0.0.1:8740/panels/hall/?token=a.b-c')
})

it.each([
  [{ ...HOME, STATE_DIRECTORY: '/var/lib/kijkuit-shell:/x', XDG_STATE_HOME: '/y' }, '/var/lib/kijkuit-shell'],
  [{ ...HOME, XDG_STATE_HOME: '/y' }, '/y/kijkuit-shell'],
])('keeps its state where the service manager or the user has it: %j', (environment, stateFolder) => {
  expect(readTargets([...TOKEN, '--panel', 'hall'], environment)).toMatchObject({ value: { stateFolder } })
  const own = readTargets([...TOKEN, '--panel', 'hall', '--state', '/z'], environment)
  expect(own).toMatchObject({ value: { stateFolder: '/z' } })
})

it('needs a folder to keep its state in', () => {
  expect(readTargets([...TOKEN, '--panel', 'hall'], {})).toEqual({
    ok: false,
    message: 'No folder to keep state in; name one with --state <folder>.',
  })
})

it.each([
  ['led=DP-1,192x64+16+0', { monitor: 'DP-1', geometry: { width: 192, height: 64, x: 16, y: 0 } }],
  ['led=192x64+0+0', { monitor: undefined, geometry: { width: 192, height: 64, x: 0, y: 0 } }],
  ['led=DELL U2415,8x4', { monitor: 'DELL U2415,8x4', geometry: undefined }],
  ['led=DP-1,0x64+0+0', { monitor: 'DP-1,0x64+0+0', geometry: undefined }],
])('reads where the panel %s stands', (written, place) => {
  expect(readTargets([...TOKEN, '--panel', written], HOME)).toMatchObject({
    value: { targets: [{ panel: 'led', ...place }] },
  })
})

it('reads what else a monitor or a host needs', () => {
  const given = [...TOKEN, '--panel', 'hall', '--gpu', 'off', '--host', 'https://screens.example']
  expect(readTargets(given, HOME)).toMatchObject({
    value: { gpu: false, hosts: ['https://screens.example'] },
  })
})
