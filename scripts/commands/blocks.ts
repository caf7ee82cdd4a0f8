import type { LedFrame } from '../../display-client/paint/led-frame.ts'

/**
 * The rows of a picture of a matrix in a terminal: two dots in each character, one above the other.
 *
 * @param colours give each dot its colour (24-bit escapes); else lit and unlit only
 */
export function blockRows(frame: LedFrame, colours: boolean): readonly string[] {
  const at = (x: number, y: number): number =>
    y < frame.height ? (frame.pixels[y * frame.width + x] ?? 0) : 0
  const cell = colours ? (top: number, bottom: number) => colouredCell(frame, top, bottom) : plainCell
  return Array.from({ length: Math.ceil(frame.height / 2) }, (_, row) => {
    const cells = Array.from({ length: frame.width }, (_, x) => cell(at(x, 2 * row), at(x, 2 * row + 1)))
    return cells.join('') + (colours ? '\x1b[0m' : '')
  })
}

function plainCell(top: number, bottom: number): string {
  if (top !== 0) return bottom === 0 ? '▀' : '█'
  return bottom === 0 ? ' ' : '▄'
}

/** The upper dot in the colour of the letter, the lower in that of its ground (ECMA-48 SGR 38 and 48). */
function colouredCell({ palette }: LedFrame, top: number, bottom: number): string {
  const rgb = (index: number): string => {
    const value = Number.parseInt((palette[index] ?? '#000000').slice(1), 16)
    return `2;${value >> 16};${(value >> 8) & 255};${value & 255}`
  }
  return `\x1b[38;${rgb(top)};48;${rgb(bottom)}m▀`
}
