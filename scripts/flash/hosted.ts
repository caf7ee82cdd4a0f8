import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../display-client/testkit/flash/film.ts'
import type { HostedPanel } from './studio.ts'
import { alertOn, assail, firstOf, type Transition, turned } from './transition.ts'

/** ms, the shortest that a panel may ask for. */
const LEAST_TIME = 4_000
/** ms, which no panel may ask for. */
const NO_TIME = 1

/** What happens where a screen has images of its host around its alerts: an alert takes the screen over, or a part of it. */
export const HOSTED_TRANSITIONS: readonly Transition[] = [
  ...(['atm-full', 'atm-side', 'atm-top', 'atm-bottom'] as const).flatMap(takeover),
  {
    name: 'image of the host → the next, and back',
    panel: 'atm-full',
    fades: 2,
    async film(studio) {
      await studio.show('atm-full', [])
      await studio.surround('atm-full')
      await studio.surround('atm-full', LEAST_TIME)
      const made = await studio.film(
        'atm-full',
        async (tab) => {
          await turned(tab)
          await turned(tab)
        },
        true,
      )
      await studio.surround('atm-full')
      return made
    },
  },
]

/** What no player sends, with images that want to change as fast as they can. */
export const HOSTED_ONSLAUGHTS: readonly Transition[] = [
  {
    name: 'images of the host for no time each',
    panel: 'atm-full',
    async film(studio) {
      await studio.show('atm-full', [])
      await studio.surround('atm-full')
      await studio.surround('atm-full', NO_TIME)
      const made = await studio.film('atm-full', () => delay(5_000), true)
      await studio.surround('atm-full')
      return made
    },
  },
  {
    name: 'twenty times on and off in a second, beside such images',
    panel: 'atm-side',
    hurries: true,
    async film(studio) {
      const alert = firstOf(alertOn(studio, 'atm-side', 'public-warning'))
      await studio.show('atm-side', [])
      await studio.surround('atm-side')
      await studio.surround('atm-side', NO_TIME)
      const made = await studio.film(
        'atm-side',
        async (tab) => {
          // In the middle of a fade.
          await until(async () => (await tab.locator('.entering').count()) > 0, 'a fade')
          await assail(studio, 'atm-side', alert, [])
          // With the next fade, which may not come sooner than it may.
          await turned(tab)
        },
        true,
      )
      await studio.surround('atm-side')
      return made
    },
  },
]

/** An alert comes to a screen with the lightest image that there is, and goes. */
function takeover(panel: HostedPanel): readonly Transition[] {
  const film = (name: string, comes: boolean): Transition => ({
    name,
    panel,
    async film(studio) {
      const alert = firstOf(alertOn(studio, panel, 'amber'))
      await studio.surround(panel)
      await studio.show(panel, comes ? [] : alert)
      return studio.film(panel, () => studio.show(panel, comes ? alert : []))
    },
  })
  return [film('image of the host → alert', true), film('alert → image of the host', false)]
}
