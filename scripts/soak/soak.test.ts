import { expect, test } from 'vitest'
import { soakCompose } from './compose.ts'
import { soakDisk } from './disk.ts'
import { soakFit } from './fit.ts'
import { killLedger } from './kill-ledger.ts'
import { killPlayer } from './kill-player.ts'

/** The short form of `npm run soak`; the model has its own in display-client/alert. */

const onProgress = (): void => {}
const SEED = 20_261_122

test('a ledger that is killed under load knows all that it acknowledged, and nothing comes back', async () => {
  const { failures, counts } = await killLedger({ runs: 4, seed: SEED, onProgress })
  expect(failures).toEqual([])
  expect(counts).toMatchObject({ kills: 4 })
  expect(counts['acknowledged']).toBeGreaterThan(4)
}, 60_000)

test('a player that is killed under load knows the same without its broker, and all with it', async () => {
  const { failures, counts } = await killPlayer({ runs: 1, seed: SEED, onProgress })
  expect(failures).toEqual([])
  expect(counts['published']).toBeGreaterThan(0)
}, 60_000)

test('a player starts on any disk and shows nothing that has ended', async () => {
  const { failures, runs } = await soakDisk({ runs: 12, seed: SEED, onProgress })
  expect(failures).toEqual([])
  expect(runs).toBe(12)
}, 60_000)

test('the fitter is held against every choice and against HiGHS', async () => {
  const { failures, counts } = await soakFit({ runs: 40, seed: SEED, onProgress })
  expect(failures).toEqual([])
  expect(counts).toMatchObject({ small: 40, undecided: 0 })
  expect((counts['alerts'] ?? 0) + (counts['hard'] ?? 0)).toBe(2)
}, 60_000)

test('alerts are composed for presets and for panels of any size', async () => {
  const { failures, counts } = await soakCompose({ runs: 20, seed: SEED, onProgress })
  expect(failures).toEqual([])
  expect(counts).toMatchObject({ 'on presets': 20 })
}, 60_000)
