import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMAND, SCREEN } from './builds.mjs'
import { ROOT } from './run.mjs'

/** Imports that are there when types are gone; also those that are made while it runs. */
const IMPORT = /(?:^|\n)(?:import|export) (?!type\b)[^'"]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g

function filesIn(path: string): readonly string[] {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path]
  return readdirSync(join(ROOT, path)).flatMap((name) => filesIn(`${path}/${name}`))
}

describe.each([SCREEN, COMMAND])('$name', ({ sources }) => {
  const files = sources.flatMap(filesIn).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))

  test('are made of nothing that is not among their sources, or a change of it would not be built', () => {
    const imports = files.flatMap((file) =>
      Array.from(readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT), ([, still, later]) =>
        join(dirname(file), still ?? later ?? ''),
      ),
    )
    expect(imports.length).toBeGreaterThan(10)
    const all = new Set(sources.flatMap(filesIn))
    expect([...new Set(imports)].filter((file) => !all.has(file))).toEqual([])
  })
})
