import { expect, test } from 'vitest'
import { listing } from '../testkit/compositions/listing.ts'
import { corpus, GOLDEN, nameOf } from '../testkit/corpus/corpus.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { allPresets } from '../testkit/panels.ts'
import { compose } from './compose.ts'

/**
 * What every preset shows of a handful of alerts, for people to read in a diff. Whoever means to change it renews the files
 * and reads what has become of them: `npm test -- display-client/compose/golden.test.ts -u`.
 */

const library = await shippedLibrary()
const alerts = corpus()
const presets = allPresets().toSorted((a, b) => (a.id < b.id ? -1 : 1))

test.each(GOLDEN)('%s on every preset is as it was', async (name) => {
  const alert = alerts.find((one) => nameOf(one) === name)
  if (alert === undefined) throw new Error(`the corpus has no ${name}`)
  const listings = presets.map((panel) => listing(compose(alert, panel, library), panel))
  await expect(listings.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`)
})
