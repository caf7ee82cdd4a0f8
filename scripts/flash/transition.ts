import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { StagePage } from '../../display-client/player/protocol.ts'
import { type Film, until } from '../../display-client/testkit/flash/film.ts'
import type { FilmedPanel, Studio } from './studio.ts'

/** Something that happens on a panel, to be filmed. */
export interface Transition {
  readonly name: string
  readonly panel: FilmedPanel
  /** Whether it is text that runs by: then there is no time at which it stands. */
  readonly runs?: true
  /** Cross-fades in it. */
  readonly fades?: number
  /** More is asked of the panel than it may do, so it counts by the ms when what comes. */
  readonly hurries?: true
  film(studio: Studio): Promise<Film>
}

/** One alert of each kind, by its name in the corpus. */
export const ALERTS = {
  amber: 'amber-full',
  'missing-child': 'missing-child',
  'missing-person': 'burgernet',
  'public-warning': 'nl-alert',
  community: 'generated-6',
} as const
export type Kind = keyof typeof ALERTS
export const KINDS = Object.keys(ALERTS) as readonly Kind[]

export function alertOn(studio: Studio, panel: FilmedPanel, kind: Kind): readonly StagePage[] {
  return studio.pages(panel, studio.alert(ALERTS[kind]))
}

/** Its first page alone: the turning of pages is another film. */
export function firstOf(pages: readonly StagePage[]): readonly StagePage[] {
  return pages.slice(0, 1)
}

/** Waits for one cross-fade. */
export async function turned(tab: Page): Promise<void> {
  const isFading = async (): Promise<boolean> => (await tab.locator('.entering').count()) > 0
  await until(isFading, 'a turn of the page')
  await until(async () => !(await isFading()), 'the end of a turn of the page')
}

/** Puts one and the other on a panel in turn, twenty times in a second, and waits for what comes of it. */
export async function assail(
  studio: Studio,
  panel: FilmedPanel,
  one: readonly StagePage[],
  other: readonly StagePage[],
): Promise<void> {
  let last = 0
  // Twenty after the first, so that the last is not what stood there before: something must be seen to change.
  for (let index = 0; index <= 20; index += 1) {
    last = studio.send(panel, index % 2 === 0 ? one : other)
    await delay(50)
  }
  await studio.painted(panel, last)
}
