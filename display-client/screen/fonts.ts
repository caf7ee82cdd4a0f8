const FAMILY = 'Atkinson Hyperlegible Next'

/** One letter of each file: Latin, and Latin Extended (a Polish or Turkish name). */
const SAMPLE = 'aę'
const WEIGHTS = [400, 700] as const

/** How long words wait for their letters, ms: from loopback these take some 20 ms, and words must not be held up. */
const PATIENCE = 1_500
/** Wait before the first and the last attempts to fetch a face that did not come, ms. */
const SHORTEST_WAIT = 1_000
const LONGEST_WAIT = 30_000

export interface Fonts {
  /** Whether every face came in time. False: what is drawn is not what was composed, and is not to be called painted. */
  readonly inTime: Promise<boolean>
  /** Settles once every face is there, however late. */
  readonly whole: Promise<void>
}

/** Fetches every face before the first alert needs one, and goes on trying. */
export function loadFonts(): Fonts {
  const loaded = load()
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), PATIENCE))
  return {
    inTime: Promise.race([loaded, late]),
    // One that hangs may hang for ever, so others are fetched beside it.
    whole: Promise.race([loaded, late]).then((there) => (there ? undefined : fetchAgain(SHORTEST_WAIT))),
  }
}

async function load(): Promise<boolean> {
  try {
    const weights = await Promise.all(
      WEIGHTS.map((weight) => document.fonts.load(`${weight} 16px "${FAMILY}"`, SAMPLE)),
    )
    return weights.every((faces) => faces.length === SAMPLE.length)
  } catch {
    return false
  }
}

/** A face of a style sheet that has failed is never asked for again by the browser: each gets another in its place. */
async function fetchAgain(wait: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, wait))
  try {
    const faces = await Promise.all(fontRules().map(fetchFace))
    for (const face of faces) document.fonts.add(face)
  } catch {
    return fetchAgain(Math.min(2 * wait, LONGEST_WAIT))
  }
}

function fontRules(): readonly CSSFontFaceRule[] {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
}

/** @throws when it does not come, or is no font */
async function fetchFace(rule: CSSFontFaceRule): Promise<FontFace> {
  const path = /url\("?([^")]+)/.exec(rule.style.getPropertyValue('src'))?.[1] ?? ''
  const response = await fetch(new URL(path, rule.parentStyleSheet?.href ?? document.baseURI), {
    cache: 'reload',
    signal: AbortSignal.timeout(LONGEST_WAIT),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  const face = new FontFace(FAMILY, await response.arrayBuffer(), {
    weight: rule.style.getPropertyValue('font-weight'),
    unicodeRange: rule.style.getPropertyValue('unicode-range'),
  })
  return face.load()
}

/**
 * Makes words in another face as wide as their boxes where they would be wider, so that nothing runs over what stands
 * beside it; what is narrower stays so.
 *
 * @param isOther whether they are in another face; in the right one they are as wide as they are
 */
export function squeezeWords(root: HTMLElement, isOther: boolean): void {
  for (const words of root.querySelectorAll<HTMLElement>('.text')) {
    words.style.transform = ''
    if (!isOther) continue
    const room = Number(words.dataset['width'])
    const { width } = words.getBoundingClientRect()
    if (width > room) words.style.transform = `scaleX(${room / width})`
  }
}
