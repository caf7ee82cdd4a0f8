import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'

// What electron-builder packs: one file, for an Electron that has no node_modules beside it and strips no types.

const ROOT = join(import.meta.dirname, '../../..')
let folder: TemporaryFolder
let bundle: string

beforeAll(async () => {
  folder = await temporaryFolder()
  await build({
    configFile: join(ROOT, 'vite.electron.config.ts'),
    logLevel: 'error',
    build: { outDir: folder.path },
  })
  bundle = folder.join('main.js')
})
afterAll(() => folder.dispose())

it('needs Electron and what is in its Node, and nothing else', () => {
  const needed = readFileSync(bundle, 'utf8').matchAll(/^import .* from "([^"]+)"|__require\("([^"]+)"\)/gm)
  const modules = new Set([...needed].flatMap(([, imported, required]) => imported ?? required ?? []))
  expect(modules).toContain('electron')
  // ws asks for these two, and goes on without.
  const others = [...modules].filter((name) => !['electron', 'bufferutil', 'utf-8-validate'].includes(name))
  expect(others.filter((name) => !process.getBuiltinModule(name))).toEqual([])
})

it('runs: as Electron would start it, with nothing to show', async () => {
  const stand = pathToFileURL(join(import.meta.dirname, 'electron.mock.ts')).href
  const hook = `import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) =>
  name === 'electron' ? { url: ${JSON.stringify(stand)}, shortCircuit: true } : next(name, context) })`
  const shell = spawn(process.execPath, [
    ...['--import', `data:text/javascript,${encodeURIComponent(hook)}`, bundle],
  ])
  expect(await text(shell.stderr)).toBe(
    'kijkuit-shell: No panel to show; name one with --panel <id> or --panel <id>=<monitor>.\n',
  )
})
