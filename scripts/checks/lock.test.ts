import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

interface LockedPackage {
  readonly version: string
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'))
const manifest = read('package.json')
const locked: [path: string, LockedPackage][] = Object.entries(read('package-lock.json').packages)
const installed = locked.filter(([path]) => path !== '')
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

it('names no registry, so that any mirror can serve it', () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
})

it('pins every dependency to one version', () => {
  const ranges = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies }
  expect(Object.entries<string>(ranges).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
})

// npm 11 writes a lock without the optional packages that its registry lacks, and `npm ci` then refuses that lock
// (github.com/npm/cli/issues/9846). The cure is to add their entries by hand.
it('has an entry for every optional package, also those for other platforms', () => {
  const names = new Set(installed.map(([path]) => nameOf(path)))
  const wanted = locked.flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies))
  expect(wanted.filter((name) => !names.has(name))).toEqual([])
})

it('has a digest for everything but the Biome binaries of other platforms, which were added by hand', () => {
  const without = installed
    .filter(([, { integrity }]) => integrity === undefined)
    .map(([path]) => nameOf(path))
  expect(
    without.filter((name) => !/^@biomejs\/cli-(android|darwin|win32|linux-\w+-musl)/.test(name)),
  ).toEqual([])
})

it('says of each package with an install script whether it may run', () => {
  const scripted = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => nameOf(path))
  expect(Object.keys(manifest.allowScripts).sort()).toEqual(scripted.sort())
})
