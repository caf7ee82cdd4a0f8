import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where `npm start` builds the pages. */
export const SCREEN_DIRECTORY = fileURLToPath(new URL('../../dist/screen', import.meta.url))

/** What to say when they are not built; undefined when they are. */
export function screenMissing(): string | undefined {
  if (existsSync(SCREEN_DIRECTORY)) return undefined
  return `the pages are not built (${SCREEN_DIRECTORY} is missing); npm start builds them`
}
