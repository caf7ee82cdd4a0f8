import { AlphaModel } from '../simulators/alpha-model.ts'
import { Am004Model } from '../simulators/am004-model.ts'
import { HanoverModel } from '../simulators/hanover-model.ts'
import { IbisModel } from '../simulators/ibis-model.ts'
import { MobitecModel } from '../simulators/mobitec-model.ts'
import type { SignModel } from '../simulators/sign-model.ts'

/** A panel whose sign speaks a protocol, and that sign. */
export interface SampleSign {
  readonly name: string
  readonly preset: string
  /** What differs from the preset, without `connection`. */
  readonly changes: Readonly<Record<string, unknown>>
  /** Whether the sign answers. */
  readonly answers: boolean
  /** Whether it goes back to a text of its owner, rather than to nothing. */
  readonly hasOwnersText: boolean
  make(): SignModel
}

/** One or two of every protocol that is spoken over a wire. */
export const SAMPLE_SIGNS: readonly SampleSign[] = [
  {
    name: 'Alpha, which answers nothing',
    preset: 'ticker-1x20',
    changes: { output: { protocol: 'alpha', address: 5, refresh: 5 } },
    answers: false,
    hasOwnersText: true,
    make: () => new AlphaModel(5, false),
  },
  {
    name: 'Alpha with ACK',
    preset: 'ticker-1x20',
    changes: { output: { protocol: 'alpha', acknowledges: true, refresh: 5 } },
    answers: true,
    hasOwnersText: true,
    make: () => new AlphaModel(1, true),
  },
  {
    name: 'AM004',
    preset: 'ticker-1x20',
    changes: { characters: { repertoire: 'ascii' }, output: { protocol: 'am004', address: 2, refresh: 5 } },
    answers: true,
    hasOwnersText: true,
    make: () => new Am004Model(2, 1),
  },
  {
    name: 'IBIS, asked how it is',
    preset: 'bus-interior-1x24',
    changes: { output: { protocol: 'ibis', telegram: 'DS009b', address: 3, refresh: 5 } },
    answers: true,
    hasOwnersText: false,
    make: () => new IbisModel(3, 1),
  },
  {
    name: 'IBIS, two lines of GSP',
    preset: 'bus-interior-1x24',
    changes: {
      characters: { lines: 2 },
      output: { protocol: 'ibis', telegram: 'GSP', address: 12, refresh: 5 },
    },
    answers: true,
    hasOwnersText: false,
    make: () => new IbisModel(12, 2),
  },
  {
    name: 'Hanover',
    preset: 'led-96x16',
    changes: { output: { protocol: 'hanover', address: 4, refresh: 5 } },
    answers: false,
    hasOwnersText: false,
    make: () => new HanoverModel(4, 96, 16),
  },
  {
    name: 'Mobitec',
    preset: 'bus-front-112x16',
    changes: { output: { protocol: 'mobitec', address: 6, refresh: 5 } },
    answers: false,
    hasOwnersText: false,
    make: () => new MobitecModel(6, 112, 16),
  },
]
