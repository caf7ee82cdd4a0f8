// Checks which file imports which against .dependency-cruiser.mjs: `node scripts/checks/imports.ts [folder]`.

import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cruise, type ICruiseResult, type IModule, type IViolation } from 'dependency-cruiser'
import configuration from '../../.dependency-cruiser.mjs'

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '../..'))
const { forbidden = [], options } = configuration

const sources = globSync('{broker-config,display-client,scripts}/**/*.{ts,mjs}', {
  cwd: root,
  exclude: ['**/node_modules'],
})
const problems = await check()
for (const problem of problems) console.error(problem)
console.log(`${sources.length} files, ${problems.length} problems`)
if (problems.length > 0) process.exitCode = 1

async function check(): Promise<string[]> {
  try {
    const { output } = await cruise(sources, {
      ...options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden },
    })
    const { modules, summary } = output as ICruiseResult
    return [...unread(modules), ...summary.violations.map(describe)]
  } catch (error) {
    // A file that does not parse; the error tells where.
    return [String(error)]
  }
}

/**
 * A parser that does not understand a file makes dependency-cruiser report no imports instead of an error, and
 * then every direction is right. So a file that visibly imports something must have been seen to.
 */
function unread(modules: readonly IModule[]): string[] {
  if (sources.length === 0)
    return [`There is no source file in ${root}/display-client or beside it: nothing was checked.`]
  const read = new Set(modules.filter((it) => it.dependencies.length > 0).map((it) => it.source))
  return sources
    .filter((file) => !read.has(file) && /^import .*'/m.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => `${file}: its imports were not read. Is @swc/core installed, and \`parser: 'swc'\` set?`)
}

function describe({ rule, from, to, cycle }: IViolation): string {
  const comment = forbidden.find(({ name }) => name === rule.name)?.comment ?? ''
  const way = cycle ? cycle.map(({ name }) => name).join(' -> ') : to
  return `${from} -> ${way}: ${comment} [${rule.name}]`
}
