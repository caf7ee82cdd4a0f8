import { z } from 'zod'

const word = z.string({ error: 'must be text' }).min(1, { error: 'must not be empty' }).max(80)

/** `templates/words/<language>.yaml`: what Kijkuit itself says in a language, beside the wordings of the templates. */
export const WordsSchema = z.strictObject({
  schema: z.literal('kijkuit-words/1', { error: 'must be kijkuit-words/1' }),
  /** BCP 47 language without region. */
  language: z.string().regex(/^[a-z]{2,3}$/, { error: 'must be a language such as nl' }),
  /** How a person is called whose name may be unknown. */
  people: z.strictObject({ girl: word, boy: word, child: word, woman: word, man: word, person: word }),
  time: z.strictObject({
    /** Between hours and minutes: 14.05 in Dutch. */
    separator: z.string().min(1).max(3),
    months: z.array(word).length(12, { error: 'must list twelve months' }),
  }),
  /** The words of the test banner, from long to short; the last must fit where only one line is. */
  banner: z.strictObject({ Test: z.array(word).min(1).max(6), Exercise: z.array(word).min(1).max(6) }),
  /** Words with a full stop of their own that more always follows, without that stop: `dhr`, `ca`, `o.a`. */
  dotted: z
    .array(word.regex(/^[\p{Ll}.]*\p{Ll}$/u, { error: 'must be in small letters, without its last stop' }))
    .max(200),
  /** Published abbreviations: whole words, in the case in which they are found in running text. */
  abbreviations: z
    .record(word, word)
    .refine((list) => Object.entries(list).every(([long, short]) => short.length < long.length), {
      error: 'every abbreviation must be shorter than its word',
    }),
})

export type Words = z.output<typeof WordsSchema>

/**
 * The same atoms with every known word abbreviated, so that one name never stands on a page in two forms (MBTA's rule).
 *
 * @returns undefined when no word has an abbreviation
 */
export function abbreviate(atoms: readonly string[], words: Words): readonly string[] | undefined {
  let changed = false
  const shorter = atoms.map((atom) => {
    // An atom with a space in it is a name, plate or number, and those are never touched.
    const parts = atom.includes(' ') ? null : /^(\P{L}*)(.*?)([.,:;!?)]*)$/u.exec(atom)
    const [, before = '', word = '', after = ''] = parts ?? []
    if (!Object.hasOwn(words.abbreviations, word)) return atom
    changed = true
    const short = words.abbreviations[word] ?? word
    return `${before}${short}${short.endsWith('.') && after.startsWith('.') ? after.slice(1) : after}`
  })
  return changed ? shorter : undefined
}
