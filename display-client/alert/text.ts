/**
 * What has no place on a public panel and is used to disguise text (Unicode Technical Report 36, §2.6; Unicode Standard
 * Annex 44, `Default_Ignorable_Code_Point`): control characters, bidirectional controls, zero-width and filler
 * characters, tags, the byte order mark, half a surrogate pair.
 *
 * Kept, because they are spelling: the joiners of Arabic, Indic scripts and emoji, and variation selectors.
 */
const INVISIBLE =
  /(?!\p{White_Space}|[\u200c-\u200d]|[\ufe00-\ufe0f\u180b-\u180d\u180f])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

const SPACES = /\p{White_Space}+/gu

/** At least one character that a reader can see; joiners and variation selectors alone are none. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u

/**
 * Words of Latin letters, with the dashes, quotes and the euro of typeset text, and one space between them: clean already, as almost
 * every text is. Found out 13 times as fast: 4 µs instead of 51 for 2,800 characters.
 */
const CLEAN =
  /^[!-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]+(?: [!-~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u20ac]+)*$/

/**
 * Text as it may reach a panel: invisible characters removed, every run of white space one space, trimmed, NFC.
 *
 * @returns the empty string when nothing visible is left
 */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text
  // NFC comes last: an invisible character between a letter and its accent would keep them apart.
  const clean = text.replace(INVISIBLE, '').replace(SPACES, ' ').trim().normalize('NFC')
  return VISIBLE.test(clean) ? clean : ''
}
