import { setTimeout as delay } from 'node:timers/promises'
import type { StagePage } from '../../display-client/player/protocol.ts'
import type { Film } from '../../display-client/testkit/flash/film.ts'
import { HOSTED_ONSLAUGHTS, HOSTED_TRANSITIONS } from './hosted.ts'
import type { FilmedPanel, Studio } from './studio.ts'
import { ALERTS, alertOn, assail, firstOf, KINDS, type Kind, type Transition, turned } from './transition.ts'

/** The frames of which a cross-fade must at least consist in a film of it, for that to prove anything. */
const FEWEST = 5
/** How often something is filmed anew, because this machine was too busy to draw it all. */
const TAKES = 4

/** Of the 60 frames a second that a page is given: with fewer the machine is so busy that what is filmed comes to the glass late. */
const STEADY = 40

/**
 * Films a transition: anew while the machine was too busy to draw it as it is, a few times.
 *
 * @throws when no film of it has frames enough
 */
export async function filmed(transition: Transition, studio: Studio): Promise<Film> {
  let made: Film | undefined
  for (let take = 0; take < TAKES; take += 1) {
    const film = await transition.film(studio)
    if (film.frames.length <= 1 + FEWEST * (transition.fades ?? 0)) continue
    made = film
    if (!transition.hurries || isSteady(film)) break
  }
  if (made !== undefined) return made
  throw new Error(
    `${transition.name}: ${TAKES} films have too few frames to prove anything; film it on an idle machine`,
  )
}

function isSteady({ frames, ticks }: Film): boolean {
  const time = (frames.at(-1)?.at ?? 0) - (frames[0]?.at ?? 0)
  return ticks / (time / 1_000) >= STEADY
}

/** Everything that can happen on a panel. */
export const TRANSITIONS: readonly Transition[] = [
  ...KINDS.map((kind) =>
    change(
      `idle → ${kind}`,
      () => [],
      (studio) => alertOn(studio, 'atm', kind),
    ),
  ),
  ...everyPair(KINDS).map(([one, other]) =>
    change(
      `${one} → ${other}`,
      (studio) => alertOn(studio, 'atm', one),
      (studio) => alertOn(studio, 'atm', other),
    ),
  ),
  change('alert → its update', (studio) => alertOn(studio, 'atm', 'amber'), updated),
  change('alert → its end card', (studio) => alertOn(studio, 'atm', 'amber'), ended),
  change('end card → idle', ended, () => []),
  change(
    'alert → idle',
    (studio) => alertOn(studio, 'atm', 'public-warning'),
    () => [],
  ),
  change('dark theme → light theme', (studio) => alertOn(studio, 'atm', 'amber'), inLight),
  turning('two pages of a screen, turning', 'atm', 2),
  turning('a page of a large screen, turning', 'station-landscape', 1),
  {
    name: 'pages of a matrix, turning',
    panel: 'text-car-112x80',
    async film(studio) {
      const pages = alertOn(studio, this.panel, 'amber')
      // As fast as the player may ask for.
      await studio.show(
        this.panel,
        twoOf(pages).map((page) => ({ ...page, dwell: 0 })),
      )
      return studio.film(this.panel, () => delay(5_000), true)
    },
  },
  {
    name: 'a line that runs by',
    panel: 'ticker-1x20',
    runs: true,
    async film(studio) {
      await studio.show(this.panel, alertOn(studio, this.panel, 'missing-child'))
      return studio.film(this.panel, () => delay(5_000), true)
    },
  },
  ...HOSTED_TRANSITIONS,
]

/** What no player of ours does: a change every twentieth of a second, between the darkest and the lightest there is. */
export const ONSLAUGHTS: readonly Transition[] = [
  onslaught('twenty alerts in a second, on a screen', 'atm', (studio) => [
    alertOn(studio, 'atm', 'amber'),
    alertOn(studio, 'atm', 'missing-child'),
  ]),
  onslaught('twenty times on and off in a second, on a screen', 'atm', (studio) => [
    alertOn(studio, 'atm', 'public-warning'),
    [],
  ]),
  onslaught('twenty alerts in a second, on a matrix', 'text-car-112x80', (studio) => [
    alertOn(studio, 'text-car-112x80', 'amber'),
    [],
  ]),
  ...HOSTED_ONSLAUGHTS,
]

/** Every alert after every other, each from the one where the last film ended. */
function everyPair(names: readonly Kind[]): readonly (readonly [Kind, Kind])[] {
  const way = names.flatMap((one, index) => names.slice(index + 1).flatMap((other) => [one, other]))
  return way.map((one, index) => [one, way[index + 1] ?? names[0] ?? one])
}

/** The car is another, and the child a year older: both are on the first page. */
function updated(studio: Studio): readonly StagePage[] {
  const alert = studio.alert(ALERTS.amber)
  const { subject, vehicle } = alert
  return studio.pages('atm', {
    ...alert,
    revision: alert.revision + 1,
    ...(subject && { subject: { ...subject, age: 8 } }),
    ...(vehicle && { vehicle: { ...vehicle, plate: 'XQ-741-C' } }),
  })
}

/** The same alert in another theme of those that ship, which stands for the usual one. */
function inLight(studio: Studio): readonly StagePage[] {
  const { library } = studio
  const light = library.themes.get('neutral-light')
  if (light === undefined) throw new Error('there is no theme neutral-light')
  const themes = new Map([...library.themes.keys()].map((name) => [name, light]))
  return studio.pages('atm', studio.alert(ALERTS.amber), { ...library, themes })
}

function ended(studio: Studio): readonly StagePage[] {
  return studio.endCard('atm', studio.alert(ALERTS.amber))
}

type Pages = (studio: Studio) => readonly StagePage[]

/** One thing on a screen in place of another. */
function change(name: string, before: Pages, after: Pages): Transition {
  return {
    name,
    panel: 'atm',
    async film(studio) {
      await studio.show('atm', firstOf(before(studio)))
      return studio.film('atm', () => studio.show('atm', firstOf(after(studio))))
    },
  }
}

function turning(name: string, panel: FilmedPanel, turns: number): Transition {
  return {
    name,
    panel,
    fades: turns,
    async film(studio) {
      const pages = alertOn(studio, panel, 'amber')
      const light = alertOn(studio, panel, 'missing-child')
      // Dark to light and back: the most that a turn can change. As soon as a screen may.
      const two = [...firstOf(pages), ...firstOf(light)].map((page) => ({ ...page, dwell: 0 }))
      await studio.show(panel, [])
      return studio.film(panel, async (tab) => {
        await studio.show(panel, two)
        for (let turn = 0; turn < turns; turn += 1) await turned(tab)
      })
    },
  }
}

function twoOf(pages: readonly StagePage[]): readonly StagePage[] {
  const [one, other] = pages
  if (one === undefined || other === undefined) throw new Error('no two pages to turn')
  return [one, other]
}

function onslaught(
  name: string,
  panel: FilmedPanel,
  both: (studio: Studio) => readonly [readonly StagePage[], readonly StagePage[]],
): Transition {
  return {
    name,
    panel,
    hurries: true,
    async film(studio) {
      const [one, other] = both(studio)
      await studio.show(panel, firstOf(other))
      return studio.film(panel, () => assail(studio, panel, firstOf(one), firstOf(other)))
    },
  }
}
