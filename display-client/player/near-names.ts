/** At most this many proposals: a person reads them in one glance. */
const MOST = 3

/**
 * The names a person may have meant, nearest first; all of them when none is near.
 *
 * @param wanted as written
 * @param known as they are
 */
export function nearNames(wanted: string, known: readonly string[]): readonly string[] {
  const near = known
    .map((name) => ({ name, distance: editDistance(wanted, name) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)) || name.includes(wanted),
    )
    .sort((a, b) => a.distance - b.distance)
  return near.length > 0 ? near.slice(0, MOST).map(({ name }) => name) : [...known].sort()
}

/** Levenshtein: the fewest letters to add, remove or change. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
