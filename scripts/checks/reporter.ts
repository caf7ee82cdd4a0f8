import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export interface TestResults {
  passed: number
  /** Failed tests, and whatever else went wrong: a file that does not load, a hook, an unhandled error. */
  failed: number
  skipped: { name: string; reason: string }[]
}

/** Hands the results of a run to scripts/setup/test.mjs, which prints them after everything else was said. */
export default class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    const results: TestResults = { passed: 0, failed: unhandled.length, skipped: [] }
    for (const module of modules) {
      results.failed += module.errors().length
      for (const suite of module.children.allSuites()) results.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') results.passed++
        else if (result.state === 'skipped') {
          const reason = result.note ?? "no reason given; skip with context.skip('why')"
          results.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason })
        }
        // A test that is still pending was never run, because its process ended under it.
        else results.failed++
      }
    }
    // There is no one to hand them to when vitest was started by hand.
    process.send?.(results)
  }
}
