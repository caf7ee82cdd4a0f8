import { runLifecycleModel } from '../../display-client/testkit/lifecycle-model.ts'
import type { SoakOptions, SoakReport } from './soaking.ts'

/** Lives between two words about progress. */
const CHUNK = 1_000

/** Random lives of a device against the reference model (display-client/testkit/lifecycle-model.ts). */
export async function soakModel({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const failures: string[] = []
  const counts = { steps: 0, shown: 0, shared: 0 }
  let done = 0
  while (done < runs && failures.length === 0) {
    const chunk = Math.min(CHUNK, runs - done)
    const { steps, shown, shared, failure } = runLifecycleModel(chunk, seed + done)
    counts.steps += steps
    counts.shown += shown
    counts.shared += shared
    if (failure !== undefined) failures.push(`seed ${seed + done}: ${failure}`)
    done += chunk
    onProgress(done, runs)
  }
  return { part: 'model', runs: done, failures, counts, seconds: (performance.now() - started) / 1000 }
}
