import { describe, expect, it } from 'vitest'
import { runLifecycleModel } from '../testkit/lifecycle-model.ts'

/** The long form: `KIJKUIT_RUNS=100000`, or `npm run soak`. */
const RUNS = Number(process.env['KIJKUIT_RUNS'] ?? 1_500)

describe('in any life of a device: messages lost, repeated, out of order and replayed, clocks that leap, power cuts, keys that change, manifests', () => {
  it(
    'it shows exactly what the reference model shows, after every step',
    () => {
      const { runs, shown, shared, failure } = runLifecycleModel(RUNS)
      expect(failure).toBeUndefined()
      expect(runs).toBe(RUNS)
      expect(shown).toBeGreaterThan(runs)
      expect(shared).toBeGreaterThan(runs / 10)
    },
    RUNS * 100,
  )
})
