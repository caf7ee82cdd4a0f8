import { type Panel, PanelProfileSchema } from '../../panel/profile.ts'
import { REPERTOIRES } from '../../panel/repertoire.ts'
import type { Dice } from '../dice.ts'

/** A panel of any size and kind, from one pixel up, for readers near and far, on foot and in cars. */
export function randomPanel(dice: Dice): Panel {
  const shared = {
    schema: 'kijkuit-panel/1',
    title: 'Random',
    pages: dice.between(1, 8),
    languages: dice.pick([['nl'], ['nl'], ['nl', 'en'], ['en'], ['en', 'nl']]),
  }
  const make = dice.pick([outline, outline, outline, led, characters])
  return { ...PanelProfileSchema.parse({ ...shared, ...make(dice) }), id: 'random' }
}

/** Small sizes as often as large ones: each power of two has the same chance. */
function size(dice: Dice, most: number): number {
  return Math.min(most, Math.max(1, Math.round(2 ** (dice.roll() * Math.log2(most)))))
}

function outline(dice: Dice): object {
  const [width, height] = dice.chance(0.8)
    ? [dice.between(200, 4_096), dice.between(90, 2_304)]
    : [size(dice, 4_096), size(dice, 2_304)]
  const viewingDistance = dice.pick([0.5, 0.5, 1, 2, 3, 5, 10, 25])
  return { pixels: { width, height, pitch: dice.pick([0.2, 0.4, 0.63, 1, 2]) }, viewingDistance }
}

function led(dice: Dice): object {
  const fast = dice.chance(0.5)
  return {
    pixels: {
      width: size(dice, 640),
      height: size(dice, 160),
      pitch: dice.pick([4, 6, 10, 20]),
      colours: dice.pick(['mono', 'amber', 'classic', 'rgb']),
      font: 'led',
    },
    viewingDistance: fast ? dice.pick([60, 120, 200]) : dice.pick([2, 5, 10]),
    trafficSpeed: fast ? dice.pick([30, 50, 80, 130]) : 0,
  }
}

function characters(dice: Dice): object {
  const fast = dice.chance(0.3)
  return {
    characters: {
      lines: dice.between(1, 10),
      columns: dice.chance(0.1) ? dice.between(60, 200) : dice.between(1, 60),
      repertoire: dice.pick(REPERTOIRES),
      capitals: dice.chance(0.3),
      ...(dice.chance(0.4) ? { bytes: size(dice, 400) } : {}),
    },
    viewingDistance: fast ? 200 : 5,
    trafficSpeed: fast ? dice.pick([30, 80, 120]) : 0,
  }
}
