import { toCapTime } from '../../alert/cap-time.ts'
import type { Kind } from '../../alert/model.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { CompositionPage, PixelContent } from '../../compose/composition.ts'
import { crc16 } from '../../paint/crc16.ts'
import type { LedFrame } from '../../paint/led-frame.ts'
import type { MultiFault } from '../../paint/multi.ts'
import type { TagName } from '../../paint/multi-tags.ts'
import type { WriteSign } from '../../paint/multi-write.ts'
import { signFonts, writeMulti } from '../../paint/multi-write.ts'
import type { Panel } from '../../panel/profile.ts'
import { paintPages } from '../frames.ts'
import type { Programme } from '../outputs/output.ts'

/** One page as lines of text. */
export interface SignPage {
  /** ms until the next page; ignored when there is only one. */
  readonly dwell: number
  readonly lines: readonly string[]
  /** The line is longer than the sign and runs by, cells per second; absent = it stands. */
  readonly scroll?: number
}

/** The same page dot by dot. */
export interface RasterPage {
  /** Row by row from the top, each from the left in whole bytes, the first dot the highest bit; 1 = lit. Base64. */
  readonly bits: string
  /** CRC-16/IBM-SDLC of those bytes. */
  readonly crc: number
}

export interface SignIncident {
  /** Whose incident it is; with `incident` it says which. */
  readonly sender: string
  readonly incident: string
  readonly revision: number
  readonly kind: Kind
}

/**
 * `offer`: this may be shown. `withdraw`: what was offered must be gone; repeated until that is acknowledged. `blank`: there is
 * nothing of ours, and that is no error.
 */
export type SignState = 'offer' | 'withdraw' | 'blank'

/** What a controller reads of one sign, over HTTP and over MQTT: everything, each time it changes. `kijkuit-sign/1` */
export interface SignRecord {
  readonly schema: 'kijkuit-sign/1'
  readonly panel: string
  /** The run of the player that wrote it; a record of a lower one is older, whatever its sequence. */
  readonly epoch: number
  /** Rises with every change of any record. */
  readonly sequence: number
  readonly state: SignState
  /** A hint: any traffic message goes first. `ntcip` is a suggestion for dmsActivateMessage, of 1 to 255. */
  readonly priority: { readonly class: 'below-traffic'; readonly ntcip: number }
  /** None = nothing of ours: the sign is its owner's. */
  readonly pages: readonly SignPage[]
  /** The live alerts that the pages are about; none while the pages are an end card. */
  readonly incidents: readonly SignIncident[]
  /** What was offered before and is to be gone, until that is acknowledged. */
  readonly withdrawn: readonly Omit<SignIncident, 'kind'>[]
  /** NTCIP 1203; the empty message for a blank sign. Absent with `multiFault`. */
  readonly multi?: string
  /** Why the pages cannot be said in MULTI on this sign. */
  readonly multiFault?: Pick<MultiFault, 'error' | 'message'>
  readonly raster?: { readonly width: number; readonly height: number; readonly pages: readonly RasterPage[] }
  /** CAP time at which it must be gone, whatever the reader hears by then; absent when there is none. */
  readonly until?: string
}

/** What the record of a sign says of a programme, whoever the sign is: the same object for signs of one format. */
export type SignContent = Pick<SignRecord, 'pages' | 'multi' | 'multiFault' | 'raster'>

/** Tags that the writer may use: no sign of the field is without them, and none of them flashes or moves. */
const TAGS: ReadonlySet<TagName> = new Set(['nl', 'np', 'pt', 'jl', 'jp', 'fo', 'cf', 'tr', 'hc'])
const CHARACTER_TAGS: ReadonlySet<TagName> = new Set(['nl', 'np', 'pt', 'jl', 'jp'])
/** Bytes: the least dmsMaxMultiStringLength of a full-matrix sign that was seen in use (Daktronics: 1500). */
const LONGEST_MULTI = 1_500

/** Below what a traffic system gives its own (NTCIP 1203 5.7.1: 1 to 255, the highest wins), in the order of DESIGN §5.4. */
const PRIORITIES: Readonly<Record<Kind, number>> = {
  'public-warning': 6,
  amber: 5,
  'missing-child': 4,
  'missing-person': 3,
  community: 2,
  drill: 1,
}

/** @param kinds of the live alerts of a record */
export function priorityOf(kinds: readonly Kind[]): SignRecord['priority'] {
  return { class: 'below-traffic', ntcip: Math.max(1, ...kinds.map((kind) => PRIORITIES[kind])) }
}

export interface ContentParts {
  readonly panel: Panel
  /** NTCIP font numbers under which signs have our types. */
  readonly fontNumbers: Readonly<Record<string, number>>
  readonly fonts: readonly BitmapFont[]
}

/** What a sign is sent of a programme. */
export function contentOf(programme: Programme, { panel, fontNumbers, fonts }: ContentParts): SignContent {
  const pages = programme.flatMap(({ composition }) => composition.pages)
  const multi = writeMulti(pages, writeSignOf(panel, fontNumbers, fonts), panel.trafficSpeed > 0)
  const { pixels } = panel
  return {
    pages: pages.map(linesOf),
    ...(multi.ok
      ? { multi: multi.value }
      : { multiFault: { error: multi.failure.error, message: multi.failure.message } }),
    ...(pixels && {
      raster: {
        width: pixels.width,
        height: pixels.height,
        pages: programme.flatMap(({ composition }) =>
          paintPages(composition.pages, pixels.colours, fonts).frames.map(rasterOf),
        ),
      },
    }),
  }
}

/** The sign of a panel as MULTI is written for it. */
function writeSignOf(
  { pixels, characters, pages }: Panel,
  fontNumbers: Readonly<Record<string, number>>,
  fonts: readonly BitmapFont[],
): WriteSign {
  if (pixels) {
    const known = Object.keys(fontNumbers).length > 0
    return {
      ...{ width: pixels.width, height: pixels.height, colours: pixels.colours, pages },
      ...{ cell: { width: 0, height: 0 }, tags: TAGS, bytes: LONGEST_MULTI },
      fonts: known ? signFonts(fontNumbers, fonts) : undefined,
    }
  }
  const { columns = 1, lines = 1, bytes = LONGEST_MULTI } = characters ?? {}
  return {
    ...{ width: columns, height: lines, colours: 'mono', pages, cell: { width: 1, height: 1 } },
    ...{ tags: CHARACTER_TAGS, bytes, fonts: undefined },
  }
}

function linesOf({ dwell, content }: CompositionPage): SignPage {
  if (content.type === 'pixels') return { dwell, lines: textLines(content) }
  const { lines, scroll } = content
  return { dwell, lines, ...(scroll !== undefined && { scroll }) }
}

/** The lines as they read, facts beside each other two spaces apart. */
function textLines({ boxes }: PixelContent): readonly string[] {
  const texts = boxes.filter((box) => box.type === 'text')
  const baselines = [...new Set(texts.map(({ baseline }) => baseline))].sort((a, b) => a - b)
  return baselines.map((baseline) =>
    texts
      .filter((box) => box.baseline === baseline)
      .sort((a, b) => a.x - b.x)
      .map(({ text }) => text)
      .join('  '),
  )
}

const rasters = new WeakMap<LedFrame, RasterPage>()

function rasterOf(frame: LedFrame): RasterPage {
  const known = rasters.get(frame)
  if (known !== undefined) return known
  const { width, height, pixels } = frame
  const stride = Math.ceil(width / 8)
  const bytes = new Uint8Array(stride * height)
  pixels.forEach((dot, index) => {
    if (dot === 0) return
    const [x, y] = [index % width, Math.floor(index / width)]
    const at = y * stride + (x >> 3)
    bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7))
  })
  const page = { bits: Buffer.from(bytes).toString('base64'), crc: crc16(bytes) }
  rasters.set(frame, page)
  return page
}

/** CAP time of the first end among them; undefined when there is none. */
export function untilOf(programme: Programme): number | undefined {
  return programme.length === 0 ? undefined : Math.min(...programme.map(({ until }) => until))
}

export function untilField(until: number | undefined): { readonly until?: string } {
  return until === undefined ? {} : { until: toCapTime(until) }
}
