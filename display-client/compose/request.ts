import type { Alert } from '../alert/model.ts'
import type { Panel } from '../panel/profile.ts'
import type { Library } from './library.ts'
import type { Speech } from './speech.ts'
import type { Template } from './template.ts'
import type { Look } from './theme.ts'
import type { Words } from './words.ts'

/** One alert, for one panel, in one language. */
export interface Request {
  readonly alert: Alert
  readonly panel: Panel
  readonly library: Library
  readonly speech: Speech
  readonly template: Pick<Template, 'facts'>
  /** Its colours on a screen. */
  readonly look: Look
  readonly words: Words
  /** Most pages in this language. */
  readonly pages: number
}

/** The words of the test banner from long to short; undefined for a real alert. */
export function bannerOf({ alert, words }: Request): readonly string[] | undefined {
  return alert.status === 'Test' || alert.status === 'Exercise' ? words.banner[alert.status] : undefined
}
