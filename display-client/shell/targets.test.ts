import { expect, it } from 'vitest'
import { panelAddress, readTargets } from './targets.ts'

it('reads the port, the panels and the monitors they are for', () => {
  expect(readTargets(['--port', '8900', '--panel', 'hall', '--panel', 'platform=DP-1'])).toEqual({
    ok: true,
    value: {
      port: 8900,
      targets: [
        { panel: 'hall', display: undefined },
        { panel: 'platform', display: 'DP-1' },
      ],
    },
  })
})

it('takes the port of a player that was not told otherwise', () => {
  expect(readTargets(['--panel', 'hall'])).toMatchObject({ ok: true, value: { port: 8740 } })
})

it.each([
  [[], 'No panel to show; name one with --panel <id> or --panel <id>=<monitor>.'],
  [['--panel', 'hall', '--port', 'x'], '--port x is not a port; give a whole number from 1 to 65535.'],
  [['--panel', '../etc'], '--panel ../etc is not the id of a panel: lower-case letters, digits and hyphens.'],
])('refuses %j with the fix', (args, message) => {
  expect(readTargets(args)).toEqual({ ok: false, message })
})

it('refuses an option that it does not know, naming those it does', () => {
  expect(readTargets(['--pannel', 'hall'])).toEqual({
    ok: false,
    message: expect.stringMatching(/--pannel.*; known are --port and --panel\.$/s),
  })
})

it('loads a panel from the loopback interface only', () => {
  expect(panelAddress(8740, 'hall')).toBe('http://127.0.0.1:8740/panels/hall/')
})
