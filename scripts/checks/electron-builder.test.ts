import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

// electron-builder itself is not run: the Electron binary that it would pack may be missing on this machine.

const require = createRequire(import.meta.url)
const builder = createRequire(require.resolve('electron-builder'))
const scheme = join(dirname(builder.resolve('app-builder-lib/package.json')), 'scheme.json')

const configuration: Record<string, unknown> = parse(
  readFileSync(join(import.meta.dirname, '../../electron-builder.yml'), 'utf8'),
)
// The scheme has a few keywords of electron-builder's own, hence not strict.
const isValid = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(scheme, 'utf8')))

it('is a configuration that electron-builder takes', () => {
  isValid(configuration)
  expect(isValid.errors).toBeNull()
})

it.each([
  ['an unknown key', { electronFuse: {} }],
  ['an unknown fuse', { electronFuses: { wasmTrapHandlers: true } }],
  ['a wrong type', { asar: 'yes, please' }],
])('would refuse %s', (_, wrong) => {
  expect(isValid({ ...configuration, ...wrong })).toBe(false)
})

it('leaves in the binary only what a kiosk needs', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
})

it('packs the bundled main process and no node_modules', () => {
  expect(configuration).toMatchObject({
    files: ['dist/electron/**', 'package.json', 'LICENSE', '!node_modules/**'],
    extraMetadata: { main: 'dist/electron/main.js' },
    linux: { target: 'deb' },
  })
})
