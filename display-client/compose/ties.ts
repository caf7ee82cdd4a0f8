import { codesIn } from '../panel/codes.ts'

/** A space that may not become a line break, while a wording is put together. */
export const TIE = '\u00a0'

/** Between a number and its unit: `1,20 m`, `14.05 uur`. */
const UNIT = /(?<=\d) (?=(?:[cmk]?m|km\/u|kg|jaar|uur|u|min|years?|hrs?|[ap]m)(?!\p{L}))/gu

/** What stands between a given name and a family name, in Dutch and in the names of its neighbours and newcomers. */
const PREFIXES =
  "(?:(?:van|von|de|den|der|ten|ter|het|['’]t|el|al|bin|ibn|ben|zu|zum|da|do|dos|di|du|des|la|le|(?:in|op|aan)(?= (?:den?|der|het|['’]t) )) )"
/** A word with a capital, and what may be joined to it: `Müller-d’Oré`, `el-Idrissi`. */
const NAME = "(?:(?:el|al|d|l|O)[-'’])?\\p{Lu}\\p{Ll}[\\p{L}\\p{M}'’-]*"

/** How names look, each behind a quick look whether there can be one: most wordings have none. */
const NAMES: readonly (readonly [can: RegExp, form: RegExp])[] = [
  // Initials and a name: J.P. van der Berg.
  [/\p{Lu}\p{Ll}?\./u, new RegExp(`(?<![\\p{L}.])(?:\\p{Lu}\\p{Ll}?\\.){1,5} ?${PREFIXES}*${NAME}`, 'gu')],
  // Jan van der Berg, van der Berg.
  [
    new RegExp(`${PREFIXES}\\p{Lu}`, 'u'),
    new RegExp(`(?<!\\p{L})(?:${NAME} )?${PREFIXES}{1,4}${NAME}`, 'gu'),
  ],
]
/** Jan Jansen: in running text only, because a place is written like that too, and may well be divided. */
const TWO_WORDS = new RegExp(`(?<!\\p{L})${NAME} ${NAME}`, 'gu')

/**
 * A text in which every space within a name, plate, number to call or a number and its unit is a {@link TIE}.
 *
 * Names that nobody marked are told by their form; one tie too many costs an even line, one too few a name.
 *
 * @param names persons that are known to be in it
 * @param running it is a sentence by the issuer, in which anybody may be named
 */
export function tied(text: string, names: readonly string[] = [], running = false): string {
  if (!text.includes(' ')) return text
  const marked = names.reduce((all, name) => all.replaceAll(name, name.replaceAll(' ', TIE)), text)
  const likely = NAMES.flatMap(([can, form]) => (can.test(marked) ? [form] : []))
  const forms = [...likely, ...(running ? [TWO_WORDS] : [])].flatMap((form) =>
    Array.from(marked.matchAll(form), (match) => [match.index, match.index + match[0].length] as const),
  )
  let result = marked.replace(UNIT, TIE)
  for (const [from, to] of [...forms, ...codesIn(marked)]) {
    result = result.slice(0, from) + result.slice(from, to).replaceAll(' ', TIE) + result.slice(to)
  }
  return result
}
