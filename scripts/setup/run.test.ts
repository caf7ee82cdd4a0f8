import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import manifest from '../../package.json' with { type: 'json' }

const RUN = new URL('run.mjs', import.meta.url).href

/** Says when it is up, then what it is told; stops a moment after it is told to, by an exit code of its own. */
const PROGRAM = `
  const words: string[] = process.argv.slice(2)
  const alive = setInterval(() => {}, 1000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log(signal)
      setTimeout(() => { clearInterval(alive); process.exitCode = 3 }, 400)
    })
  }
  console.log(process.pid, process.version, ...words)
`

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
  writeFileSync(folder.join('program.ts'), PROGRAM)
  writeFileSync(
    folder.join('launcher.mjs'),
    `import { becomePinned } from ${JSON.stringify(RUN)}
     await becomePinned(${JSON.stringify(folder.join('program.ts'))}, process.argv.slice(2))`,
  )
})

afterEach(() => folder.dispose())

/** Starts the program through a launcher, and waits until it is up. */
async function launch(...words: string[]) {
  const launcher = spawn(process.execPath, [folder.join('launcher.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: launcher.stdout })[Symbol.asyncIterator]()
  const [pid, version, ...echoed] = String((await lines.next()).value).split(' ')
  return {
    launcher,
    program: Number(pid),
    version,
    echoed,
    /** All that the program says from here to its end; the pipe closes when the last of both is gone. */
    async rest() {
      const said: string[] = []
      for (let line = await lines.next(); !line.done; line = await lines.next()) said.push(line.value)
      return said
    },
  }
}

describe('a program behind a launcher', () => {
  it('runs under the pinned Node, with the words it was given', async () => {
    const { launcher, version, echoed, rest } = await launch('demo', '--port', '8080')
    const pinned = `v${manifest.dependencies.node}`
    expect({ version, echoed }).toEqual({ version: pinned, echoed: ['demo', '--port', '8080'] })
    launcher.kill()
    await rest()
  })

  it('is told to stop once, however often that arrives at the same time, and gives its exit code', async () => {
    const { launcher, rest } = await launch()
    launcher.kill('SIGINT')
    launcher.kill('SIGINT')
    const [said, [code]] = await Promise.all([rest(), once(launcher, 'exit')])
    expect({ said, code }).toEqual({ said: ['SIGINT'], code: 3 })
  })

  it('stops when the launcher is killed outright', async () => {
    const { launcher, rest } = await launch()
    launcher.kill('SIGKILL')
    expect(await rest()).toEqual(['SIGTERM'])
  })

  it('takes the launcher with it when it is killed', async () => {
    const { launcher, program } = await launch()
    process.kill(program, 'SIGKILL')
    expect(await once(launcher, 'exit')).toEqual([null, 'SIGKILL'])
  })
})
