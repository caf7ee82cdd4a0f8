import { corpus, nameOf } from '../../display-client/testkit/corpus/corpus.ts'
import { SCREENS, SIGNS, screenCase, signCase } from '../../display-client/testkit/fit/alert-cases.ts'
import { compareWithBruteForce, compareWithProgram } from '../../display-client/testkit/fit/exactness.ts'
import { type FitCase, hardCase, smallCase } from '../../display-client/testkit/fit/problems.ts'
import { shippedLibrary } from '../../display-client/testkit/library.ts'
import { Dice, MOST_FAILURES, type SoakOptions, type SoakReport } from './soaking.ts'

/** One full-size problem for HiGHS for so many small ones for brute force. */
const SMALL_FOR_A_LARGE = 20

/**
 * Holds the fitter against every choice there is on small problems, and against an integer program on problems as large as
 * real alerts pose them, and larger.
 */
export async function soakFit({ runs, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const started = performance.now()
  const library = await shippedLibrary()
  const alerts = corpus()
  const failures: string[] = []
  const counts = { small: 0, 'choices tried': 0, alerts: 0, hard: 0, undecided: 0 }

  /** A problem as large as real ones: of an alert, or dealt blindly. */
  const large = (dice: Dice): { readonly name: string; readonly problem: FitCase } => {
    if (dice.chance(0.4)) {
      counts.hard += 1
      return { name: 'hard', problem: hardCase(dice) }
    }
    counts.alerts += 1
    const alert = dice.pick(alerts)
    const [name, shape] = dice.pick([...Object.entries(SIGNS), ...Object.entries(SCREENS)])
    const problem =
      'columns' in shape
        ? signCase(alert, shape, library)
        : screenCase(alert, shape, dice.between(...shape.sizes), library)
    return { name: `${nameOf(alert)} on ${name}`, problem }
  }

  let done = 0
  for (; done < runs && failures.length < MOST_FAILURES; done += 1) {
    const dice = new Dice(seed + done)
    const { wrong, tried } = compareWithBruteForce(smallCase(dice))
    counts.small += 1
    counts['choices tried'] += tried
    if (wrong !== undefined) failures.push(`seed ${seed + done}: brute force: ${wrong}`)
    if (done % SMALL_FOR_A_LARGE === 0) {
      const { name, problem } = large(dice)
      const compared = compareWithProgram(problem)
      if (compared.undecided) counts.undecided += 1
      if (compared.wrong !== undefined) failures.push(`seed ${seed + done}: ${name}: ${compared.wrong}`)
    }
    onProgress(done + 1, runs)
  }
  return { part: 'fit', runs: done, failures, counts, seconds: (performance.now() - started) / 1000 }
}
