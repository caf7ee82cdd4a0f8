import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'

it('leaves a process, which is not even referenced', () => {
  const child = spawn('sleep', ['61'], { stdio: 'ignore' })
  child.unref()
  expect(child.pid).toBeGreaterThan(0)
})
