import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'

it('cleans up a timer, a server and a process', async () => {
  const timer = setInterval(() => {}, 60_000)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const child = spawn('sleep', ['61'], { stdio: 'ignore' })
  child.kill()
  await once(child, 'exit')
  server.close()
  clearInterval(timer)
  expect(server.listening).toBe(false)
})
