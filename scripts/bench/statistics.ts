/** Times of one thing done many times, ms. */
export interface Summary {
  readonly count: number
  readonly median: number
  readonly p99: number
  readonly worst: number
}

/** Never the mean: one slow frame is what a traveller waits for. @throws RangeError when there is nothing to sum up */
export function summarise(times: readonly number[]): Summary {
  if (times.length === 0) throw new RangeError('no times to summarise')
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: sorted.length, median: at(0.5), p99: at(0.99), worst: sorted.at(-1) ?? 0 }
}

/** `0.123`, `12.3`, `1234`: three figures that matter, for a column of times. */
export function figures(time: number): string {
  return time >= 100
    ? time.toFixed(0)
    : time >= 10
      ? time.toFixed(1)
      : time >= 1
        ? time.toFixed(2)
        : time.toFixed(3)
}

/** A table for a terminal: the first column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
