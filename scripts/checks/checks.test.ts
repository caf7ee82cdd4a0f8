import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'

// A check that cannot fail checks nothing. Each is run here the way `npm test` runs it, on a small house with one
// planted fault, and must name it; and once without a fault, for a check that always fails proves as little.

const ROOT = join(import.meta.dirname, '../..')
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

const CLEAN = "import { one } from '../base/one.ts'\n\nexport const two: number = one + one\n"

let house: TemporaryFolder

beforeEach(async () => {
  house = await temporaryFolder()
  plant('display-client/base/one.ts', 'export const one: number = 1\n')
  plant('display-client/alert/two.ts', CLEAN)
  plant('display-client/screen/page.ts', "document.title = 'Kijkuit'\n")
  plant('display-client/testkit/kit.ts', 'export const kit = process.pid\n')
})

afterEach(() => house.dispose())

function plant(file: string, text: string) {
  mkdirSync(dirname(house.join(file)), { recursive: true })
  writeFileSync(house.join(file), text)
}

/** Exit status and all that was said. */
function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: house.path, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

describe('lint and format', () => {
  beforeEach(() => {
    cpSync(join(ROOT, 'biome.json'), house.join('biome.json'))
    for (const plugin of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.grit'))) {
      mkdirSync(house.join('scripts/checks'), { recursive: true })
      cpSync(join(import.meta.dirname, plugin), house.join('scripts/checks', plugin))
    }
  })
  const lint = () => check(BIOME, 'check', '--error-on-warnings', '--colors=off', '.')

  it('passes a clean house', () => {
    expect(lint()).toMatchObject({ status: 0 })
  })

  it.each([
    ['a format fault', 'export const two = "2";\n', 'alert/two.ts format'],
    ['any', 'export const two: any = 2\n', 'noExplicitAny'],
    ['a builtin without node:', "import 'fs'\n", 'useNodejsImportProtocol'],
    [
      'a value import of a type',
      "import { Two } from './three.ts'\n\nexport const two: Two = 2\n",
      'useImportType',
    ],
    ['a promise nobody waits for', 'async function two() {}\n\ntwo()\n', 'noFloatingPromises'],
    ['a clock in a pure layer', 'export const two = Date.now()\n', 'Time and randomness are passed in'],
    ['dice in a pure layer', 'export const two = Math.random()\n', 'Time and randomness are passed in'],
    ['a timer in a pure layer', 'setTimeout(() => {}, 2)\n', 'noRestrictedGlobals'],
    ['the network in a pure layer', "export const two = await fetch('/two')\n", 'noRestrictedGlobals'],
    [
      'a hidden import',
      "export type Two = import('./three.ts').Two[]\n",
      'only there the import direction is checked',
    ],
  ])('reports %s', (_, text, named) => {
    plant('display-client/alert/two.ts', text)
    expect(lint()).toMatchObject({ status: 1, said: expect.stringContaining(named) })
  })

  it('lets the player use the clock', () => {
    plant('display-client/player/clock.ts', 'export const now = Date.now()\n')
    expect(lint()).toMatchObject({ status: 0 })
  })
})

describe('types', () => {
  beforeEach(() => {
    for (const name of readdirSync(ROOT).filter((name) => /^tsconfig.*json$/.test(name))) {
      cpSync(join(ROOT, name), house.join(name))
    }
    plant('package.json', '{ "type": "module" }\n')
    // Its own folder with links in it: tsc keeps its notes there, and must not mix them up with the real ones.
    mkdirSync(house.join('node_modules'))
    for (const name of ['@types', 'undici-types', 'vite']) {
      symlinkSync(join(ROOT, 'node_modules', name), house.join('node_modules', name))
    }
  })

  it('passes a clean house', () => {
    expect(check(TSC, '--build')).toEqual({ status: 0, said: '' })
  })

  it.each([
    ['a wrong type', 'alert/two.ts', "export const two: number = '2'\n", 'TS2322'],
    ['a wrong type in a test', 'alert/two.test.ts', "export const two: number = '2'\n", 'TS2322'],
    ['an enum, which cannot be stripped', 'alert/two.ts', 'export enum Two {}\n', 'TS1294'],
    [
      'a parameter property',
      'alert/two.ts',
      'export class A { constructor(public two: number) {} }\n',
      'TS1294',
    ],
    [
      'an unchecked index',
      'alert/two.ts',
      'export const two = (all: number[]): number => all[2]\n',
      'TS2322',
    ],
    ['a page global outside the screen', 'alert/two.ts', "document.title = 'Two'\n", 'TS2584'],
    ['a Node global in the screen', 'screen/page.ts', 'process.exit(2)\n', 'TS2591'],
  ])('reports %s', (_, file, text, named) => {
    plant(`display-client/${file}`, text)
    expect(check(TSC, '--build')).toMatchObject({ status: 1, said: expect.stringContaining(named) })
  })
})

describe('import direction', () => {
  const imports = () => check(join(import.meta.dirname, 'imports.ts'), house.path)

  it('passes a clean house', () => {
    expect(imports()).toEqual({ status: 0, said: '4 files, 0 problems\n' })
  })

  it('reports every wrong import, by its rule', () => {
    plant(
      'package.json',
      '{ "dependencies": { "sharp": "1", "ws": "1" }, "devDependencies": { "vitest": "1" } }\n',
    )
    for (const name of ['electron', 'left-pad', 'sharp', 'vitest', 'ws'])
      plant(`node_modules/${name}/index.js`, '')
    plant('display-client/player/protocol.ts', "import './ledger.ts'\nexport const word = 1\n")
    plant('display-client/player/ledger.ts', 'export type Page = 1\n')
    plant('display-client/player/ledger.test.ts', '')
    plant('display-client/player/feed/feed.ts', 'export const word = 1\n')
    plant('display-client/paint/other-way.ts', "import './no-cycles.ts'\n")
    plant('scripts/other.ts', '')

    // Each fault stands in a file that is named after the rule it breaks.
    const faults = {
      alert: { 'alert-imports-down': "import type { Page } from '../player/ledger.ts'" },
      base: { 'base-imports-down': "import '../alert/two.ts'" },
      panel: { 'panel-imports-down': "export * from '../../scripts/other.ts'" },
      compose: {
        'compose-imports-down': "import '../player/protocol.ts'",
        'pure-layers-reach-for-nothing': "await import('node:fs')",
        'pure-layers-use-pure-libraries': "import 'ws'",
      },
      paint: {
        'paint-imports-down': "import '../player/protocol.ts'",
        'paint-has-no-network': "import 'node:https'",
        'imports-exist': "import './nowhere.ts'",
        'listed-packages-only': "import 'left-pad'",
        'no-cycles': "import './other-way.ts'",
      },
      player: {
        'player-imports-down': "import '../screen/page.ts'",
        'development-packages-are-for-development': "import 'vitest'",
        'test-code-is-for-tests': "import './ledger.test.ts'",
      },
      simulators: {
        'simulators-are-the-other-side': "import { word } from '../player/feed/feed.ts'",
        'simulators-know-only-the-feed': "import type { Page } from '../player/ledger.ts'",
      },
      screen: {
        'screen-knows-only-the-protocol': "import type { Page } from '../player/ledger.ts'",
        'screen-runs-in-a-browser': "import 'node:fs'",
        'screen-stands-alone': "import { two } from '../alert/two.ts'",
      },
      shell: {
        'electron-stays-in-its-shell': "import 'electron/main'",
        'sharp-stays-out-of-electron': "import 'sharp'",
        'shell-knows-only-the-protocol': "import type { Page } from '../player/ledger.ts'",
        'shell-stands-alone': "import { two } from '../alert/two.ts'",
      },
    }
    const planted = Object.entries(faults).flatMap(([folder, texts]) =>
      Object.entries(texts).map(([rule, text]) => {
        plant(`display-client/${folder}/${rule}.ts`, `${text}\n`)
        return [`display-client/${folder}/${rule}.ts`, rule]
      }),
    )
    plant('scripts/kijkuit.ts', "import 'vitest'\n")
    planted.push(['scripts/kijkuit.ts', 'the-command-runs-without-development-packages'])
    planted.push(['display-client/player/protocol.ts', 'the-protocol-brings-nothing-along'])

    const { status, said } = imports()
    expect(status).toBe(1)
    const reported = [...said.matchAll(/^(\S+) .*\[([a-z-]+)\]$/gm)].map(([, file, rule]) => [file, rule])
    expect(reported.sort()).toEqual(planted.sort())
  })

  it('lets the screen have the protocol and types, and a test have anything', () => {
    plant('display-client/player/protocol.ts', 'export const word = 1\n')
    plant('display-client/screen/right.ts', "import { word } from '../player/protocol.ts'\n")
    plant('display-client/alert/two.test.ts', "import 'node:fs'\nimport '../testkit/kit.ts'\n")
    expect(imports()).toMatchObject({ status: 0 })
  })

  it('fails where it finds no files', () => {
    const { status, said } = check(join(import.meta.dirname, 'imports.ts'), house.join('display-client'))
    expect(status).toBe(1)
    expect(said).toContain('nothing was checked')
  })

  it('fails on a file that it cannot parse', () => {
    plant('display-client/alert/two.ts', 'import { from\n')
    expect(imports()).toMatchObject({ status: 1, said: expect.stringContaining('alert/two.ts') })
  })
})
