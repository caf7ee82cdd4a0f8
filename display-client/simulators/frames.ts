import type { BitmapFont } from '../compose/bitmap-font.ts'
import { type Characters, characterFrame } from '../paint/character-sign.ts'
import type { LedFrame } from '../paint/led-frame.ts'
import type { Seen } from './sign-model.ts'

/**
 * What is to be seen on a sign, as dots. A line that is longer than the sign runs by, and is cut into pieces that the sign shows one after
 * the other.
 */
export function framesOf(seen: Seen, { columns, lines }: Characters, font: BitmapFont): readonly LedFrame[] {
  if ('pixels' in seen) return [seen]
  const running = seen.find((line) => Array.from(line).length > columns)
  if (running === undefined) return [characterFrame(seen, { lines, columns }, font)]
  const letters = Array.from(running)
  const count = Math.ceil(letters.length / columns)
  return Array.from({ length: count }, (_, at) =>
    characterFrame([letters.slice(at * columns, (at + 1) * columns).join('')], { lines, columns }, font),
  )
}
