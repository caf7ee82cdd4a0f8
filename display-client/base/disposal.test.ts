import { describe, expect, it } from 'vitest'
import { Disposables } from './disposal.ts'

describe('Disposables', () => {
  it('releases in reverse order, waiting for each', async () => {
    const order: string[] = []
    const held = new Disposables()
    held.defer(() => void order.push('socket'))
    held.defer(async () => {
      await Promise.resolve()
      order.push('subscription')
    })
    held.add({ dispose: () => void order.push('timer') })
    await held.dispose()
    expect(order).toEqual(['timer', 'subscription', 'socket'])
  })

  it('gives back what it takes into care', () => {
    const timer = { dispose() {}, period: 5 }
    expect(new Disposables().add(timer)).toBe(timer)
  })

  it('releases the rest when one release fails, then throws the first failure', async () => {
    const released: string[] = []
    const held = new Disposables()
    held.defer(() => void released.push('first'))
    held.defer(() => Promise.reject(new Error('second')))
    held.defer(() => {
      throw new Error('third')
    })
    await expect(held.dispose()).rejects.toThrow('third')
    expect(released).toEqual(['first'])
  })

  it('releases each once, however often it is disposed of', async () => {
    let releases = 0
    const held = new Disposables()
    held.defer(() => {
      releases += 1
    })
    await Promise.all([held.dispose(), held.dispose()])
    await held.dispose()
    expect(releases).toBe(1)
  })

  it('also releases what is taken into care while it is being disposed of', async () => {
    const released: string[] = []
    const held = new Disposables()
    held.defer(() => held.defer(() => void released.push('late')))
    await held.dispose()
    expect(released).toEqual(['late'])
  })
})
