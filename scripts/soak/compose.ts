import { CompositionTrials, type Trial } from '../../display-client/testkit/compositions/trials.ts'
import { MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

/** Every alert of the corpus on every preset once, then any alert on panels of any size: nothing overflows. */
export async function soakCompose({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const trials = await CompositionTrials.open()
  const failures: string[] = []
  const counts: Record<string, number> = { 'on presets': 0, 'on random panels': 0 }
  const take = (where: string, { outcome, wrong }: Trial, again: string): void => {
    counts[where] = (counts[where] ?? 0) + 1
    if (outcome !== undefined) counts[outcome] = (counts[outcome] ?? 0) + 1
    failures.push(...wrong.map((one) => `${again}${one}`))
  }
  const all = trials.presets.flatMap((panel) => trials.alerts.map((alert) => ({ panel, alert })))
  let done = 0
  for (; done < runs && failures.length < MOST_FAILURES; done += 1) {
    const pair = all[done]
    if (pair) take('on presets', trials.try(pair.alert, pair.panel), '')
    else take('on random panels', trials.random(seed + done), `seed ${seed + done}: `)
    onProgress(done + 1, runs)
  }
  return { part: 'compose', runs: done, failures, counts, seconds: (performance.now() - started) / 1000 }
}
