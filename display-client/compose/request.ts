import type { Alert } from '../alert/model.ts'
import type { PanelFormat } from '../panel/profile.ts'
import type { FactList, FactOptions } from './facts.ts'
import type { Library } from './library.ts'
import type { Speech } from './speech.ts'
import type { Look, Theme } from './theme.ts'
import type { Words } from './words.ts'

/** One alert, for one panel, in one language. */
export interface Request {
  readonly alert: Alert
  readonly panel: PanelFormat
  readonly library: Library
  readonly speech: Speech
  /** What is to be said; worked out once, however often it is asked for. */
  facts(options: FactOptions): FactList
  /** Of the panel, for screens. */
  readonly theme: Theme
  /** What the theme has for this alert. */
  readonly look: Look
  readonly words: Words
  /** Most pages in this language. */
  readonly pages: number
}

/** The words of the test banner from long to short; undefined for a real alert. */
export function bannerOf({ alert, words }: Request): readonly string[] | undefined {
  return alert.status === 'Test' || alert.status === 'Exercise' ? words.banner[alert.status] : undefined
}
