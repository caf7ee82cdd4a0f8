import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatLeak, type Leak, leakSince, settledLeakSince, takeStock } from './leaks.ts'
import { temporaryFolder } from './temporary-folder.ts'

describe('taking stock', () => {
  it('names a timer until it is cleared', async () => {
    const before = takeStock()
    const timer = setTimeout(() => {}, 60_000)
    expect(leakSince(before)?.resources.get('timer')).toBe(1)
    clearTimeout(timer)
    expect(await settledLeakSince(before)).toBeUndefined()
  })

  it('names a server and both ends of a connection until they are closed', async () => {
    const before = takeStock()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const accepted = once(server, 'connection')
    const socket = connect(address.port, '127.0.0.1')
    await accepted
    const leak = leakSince(before)
    expect(leak?.resources.get('server')).toBe(1)
    expect(leak?.resources.get('socket')).toBe(2)
    socket.destroy()
    server.close()
    expect(await settledLeakSince(before)).toBeUndefined()
  })

  it('names a process until it has ended, also one that is unreferenced', async () => {
    const before = takeStock()
    const child: ChildProcess = spawn('sleep', ['61'], { stdio: 'ignore' })
    child.unref()
    await once(child, 'spawn')
    expect(leakSince(before)?.processes).toEqual([{ pid: child.pid, command: 'sleep 61' }])
    child.kill()
    expect(await settledLeakSince(before)).toBeUndefined()
  })

  it('says in one line what was left', () => {
    const leak: Leak = {
      resources: new Map([
        ['timer', 2],
        ['server', 1],
      ]),
      processes: [{ pid: 7, command: 'sleep 61' }],
    }
    expect(formatLeak(leak)).toBe(
      'left behind: 2 timers, 1 server, the process 7 (sleep 61). Dispose of everything a test has started, in afterEach or afterAll.',
    )
  })
})

describe('a test file with the setup file', () => {
  const ran = new Map<string, string>()

  beforeAll(async () => {
    const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')))
    const config = fileURLToPath(new URL('planted/vitest.config.ts', import.meta.url))
    const folder = await temporaryFolder()
    const file = folder.join('report.json')
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--config', config, '--reporter=json', `--outputFile=${file}`],
      { stdio: 'ignore', env: { PATH: process.env.PATH ?? '' } },
    )
    await once(child, 'exit')
    const report: { testResults: { name: string; status: string; message: string }[] } = JSON.parse(
      await readFile(file, 'utf8'),
    )
    await folder.dispose()
    for (const { name, status, message } of report.testResults) {
      ran.set(name.replace(/^.*\//, ''), `${status}: ${message}`)
    }
  }, 120_000)

  it('fails when a timer is left', () => {
    expect(ran.get('timer.planted.ts')).toMatch(/^failed: .*left behind: 1 timer\b/s)
  })

  it('fails when a server is left', () => {
    expect(ran.get('socket.planted.ts')).toMatch(/^failed: .*left behind: 1 server\b/s)
  })

  it('fails when a process is left', () => {
    expect(ran.get('process.planted.ts')).toMatch(/^failed: .*left behind: the process \d+ \(sleep 61\)/s)
  })

  it('passes when all is cleaned up', () => {
    expect(ran.get('clean.planted.ts')).toMatch(/^passed/)
  })
})
