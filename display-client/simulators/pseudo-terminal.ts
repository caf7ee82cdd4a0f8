import { spawn } from 'node:child_process'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import type { Disposable } from '../base/disposal.ts'

/**
 * A pseudo-terminal at `path` whose other end is a TCP connection: a serial line to a simulated sign (Debian package socat). It knows no
 * speed or parity.
 */
export async function startPseudoTerminal(path: string, address: string): Promise<Disposable> {
  const bridge = spawn('socat', [`PTY,link=${path},raw,echo=0`, `TCP:${address}`], {
    stdio: 'ignore',
  })
  const ended = new Promise<void>((done) => bridge.on('close', () => done()))
  let failure: Error | undefined
  bridge.on('error', (error) => {
    failure = error
  })
  while (!existsSync(path)) {
    if (failure || bridge.exitCode !== null) throw failure ?? new Error('socat makes no pseudo-terminal')
    await new Promise((done) => setTimeout(done, 5))
  }
  // Kept open, or socat would end when the line is closed for the first time.
  const open = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  return {
    dispose: () => {
      closeSync(open)
      bridge.kill()
      return ended
    },
  }
}
