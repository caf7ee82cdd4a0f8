import type { Fact } from './facts.ts'

/** What everything said in full would be worth: weight x quality, summed. */
export function utilityOf(facts: readonly Fact[]): number {
  return facts.reduce((sum, fact) => sum + fact.weight * 1_000, 0)
}

/** A further page must earn this much of the whole utility, per mille: people read the first page best. */
const PAGE_PRICE = 30

export function pagePriceOf(utility: number): number {
  return Math.floor((utility * PAGE_PRICE) / 1_000)
}

/**
 * Larger letters are worth something, but never a fact that matters: at most this share of the utility (doubling the
 * letters earns half of it). A screen has room for large letters and for words; there words go first. Per mille.
 */
const MOST_BONUS = { sign: 60, screen: 45 } as const

/** What letters of `size` are worth above letters of `smallest`, in the unit of `utility`; saturates. */
export function sizeBonus(
  on: keyof typeof MOST_BONUS,
  utility: number,
  smallest: number,
  size: number,
): number {
  return Math.floor((utility * MOST_BONUS[on] * (size - smallest)) / (1_000 * size))
}
