const FAMILY = '"Atkinson Hyperlegible Next"'

/** One letter of each file: Latin, and Latin Extended (a Polish or Turkish name). */
const SAMPLE = 'aę'

/**
 * Fetches every face before the first alert needs one, so that no alert waits for its letters.
 *
 * @returns false when a face does not come: what is drawn then is not what was composed, and is not called painted
 */
export async function loadFonts(): Promise<boolean> {
  try {
    const weights = await Promise.all(
      [400, 700].map((weight) => document.fonts.load(`${weight} 16px ${FAMILY}`, SAMPLE)),
    )
    return weights.every((faces) => faces.length === SAMPLE.length)
  } catch {
    return false
  }
}
