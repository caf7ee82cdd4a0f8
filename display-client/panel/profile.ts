import { z } from 'zod'
import { KINDS } from '../alert/model.ts'
import { HostSchema, hostFaults, IdleSchema, UnsharedSchema } from './host-profile.ts'
import { OutputSchema, outputFaults } from './output-profile.ts'
import { REPERTOIRES } from './repertoire.ts'

/**
 * What a panel is: its pixels or characters, where it stands, how it is looked at, and what its owner lets it show
 * (DESIGN §5.5). A preset in `templates/panels/` is one of these; `player.yaml` names a preset and changes what differs.
 */

const positive = (unit: string) =>
  z.number({ error: `must be a number of ${unit}` }).positive({ error: `must be more than 0 ${unit}` })
const count = (unit: string, most: number) =>
  z
    .int({ error: `must be a whole number of ${unit}` })
    .min(1, { error: `must be at least 1 (${unit})` })
    .max(most, { error: `must be at most ${most} (${unit})` })

/** What a pixel can be. `amber` and `mono` are on/off; `classic` is the ten NTCIP 1203 colours; `rgb` is 24 bit. */
const COLOURS = ['mono', 'amber', 'classic', 'rgb'] as const

const FONT_RULE =
  'must be outline (screens), led (matrix panels), the name of a LED type such as led-9, or the path of a font file (.bdf or .font.txt)'

const pixels = z.strictObject({
  width: count('px', 16_384),
  height: count('px', 16_384),
  /** Distance between pixel centres, mm. 0.63 for a 55" full-HD screen, 10 to 20 for a road panel. */
  pitch: positive('mm'),
  colours: z.enum(COLOURS, { error: `must be one of ${COLOURS.join(', ')}` }).default('rgb'),
  /**
   * `outline` for screens; anything else makes it a matrix panel: `led` lets the composer choose of its own types, and
   * the name of one (`led-9-bold`) or a file of the owner (`.bdf`, `.font.txt`) is used whatever its size.
   */
  font: z
    .string({ error: FONT_RULE })
    .regex(/^(outline|led(-[a-z0-9-]+)?|.+\.(bdf|font\.txt))$/, { error: FONT_RULE })
    .default('outline'),
})

const characters = z.strictObject({
  lines: count('lines', 64),
  columns: count('characters', 1_000),
  /** Limit of the whole message in bytes, where the protocol has one (Alpha priority file: 125). */
  bytes: count('bytes', 65_535).optional(),
  repertoire: z.enum(REPERTOIRES, { error: `must be one of ${REPERTOIRES.join(', ')}` }).default('ascii'),
  /** The sign has no lower case. */
  capitals: z.boolean().default(false),
  /** Cells per second at which the sign lets a line run by that is too long for it; absent = it cannot. */
  scroll: positive('cells per second').max(50, { error: 'must be at most 50 (cells per second)' }).optional(),
})

const rectangle = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: count('px', 16_384),
  height: count('px', 16_384),
})

/** Region codes, lower case: `nl`, `nl-vr09`, `nl-gm0344`. */
export const REGION = z
  .string()
  .regex(/^[a-z]{2}(-[a-z0-9]{1,12})*$/, { error: 'must be a region code such as nl, nl-vr09 or nl-gm0344' })

export const PanelProfileSchema = z
  .strictObject({
    schema: z.literal('kijkuit-panel/1', { error: 'must be kijkuit-panel/1' }),
    /** For people: `Station screen, landscape`. */
    title: z.string().min(1).max(80),
    pixels: pixels.optional(),
    characters: characters.optional(),
    /** Most pages one alert may take; 1 where the sign cannot page. Two phases is the most for drivers (NCHRP). */
    pages: count('pages', 8).default(4),
    /** The part of a larger picture that this panel is, px; absent = all of it. */
    offset: z.strictObject({ x: z.int().min(0), y: z.int().min(0) }).optional(),
    /** How much of the pixels an alert takes. */
    takeover: z
      .enum(['full', 'side', 'bottom', 'top'], { error: 'must be full, side, bottom or top' })
      .default('full'),
    /** The zone for a takeover that is not full, px. */
    zone: rectangle.optional(),
    /** The colours of a screen, a file of `templates/themes/`; absent = `kijkuit`. */
    theme: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: 'must be the name of a theme in templates/themes' })
      .optional(),
    /** From the farthest reader, m: sets the smallest letter. For drivers: from where the panel can be seen. */
    viewingDistance: positive('m'),
    /** Of the readers, km/h; 0 for people on foot. Sets the time there is to read. */
    trafficSpeed: z.number().min(0).max(200).default(0),
    place: z
      .strictObject({
        /** WGS-84 [latitude, longitude], degrees. */
        position: z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)]).optional(),
        /** Every region it stands in, from country to municipality. */
        regions: z.array(REGION).max(16).default([]),
        /** Takes its position from the player's position source. */
        moving: z.boolean().default(false),
      })
      .default({ regions: [], moving: false }),
    /** Kinds the owner allows; the default follows DESIGN §5.4. */
    kinds: z
      .array(z.enum(KINDS, { error: `must be one of ${KINDS.join(', ')}` }))
      .default(['public-warning', 'amber', 'missing-child', 'missing-person']),
    /** Languages in order of preference. */
    languages: z
      .array(z.string().regex(/^[a-z]{2,3}$/, { error: 'must be a language such as nl' }))
      .min(1)
      .default(['nl']),
    /** Say for a minute that an alert has ended (`afloopbericht`); absent = yes, but not to drivers. */
    endCard: z.boolean({ error: 'must be true or false' }).optional(),
    /** Show `Exercise` and `Test`, with the banner in words. */
    tests: z.boolean().default(false),
    /** Only while the host says that it is idle (ATM); gone at a touch. */
    onlyIdle: z.boolean().default(false),
    /** How its host says that. */
    host: HostSchema.optional(),
    /** What is on a screen while no alert is. */
    idle: IdleSchema.default({ type: 'black' }),
    /** The alert's share of time where the host's content must stay, 0 to 1: at least this, never less. */
    share: z
      .number({ error: 'must be a share of time, more than 0 and at most 1' })
      .gt(0, { error: 'must be more than 0' })
      .max(1, { error: 'must be at most 1' })
      .default(1),
    /** Kinds that share their time with nothing. */
    unshared: UnsharedSchema.default([]),
    /** Local ceiling, h: nothing stays longer, whatever the alert says. */
    ceiling: positive('h').max(72).default(24),
    /** The protocol that its sign speaks, and where the sign is (output-profile.ts); absent = no sign of its own. */
    output: OutputSchema.optional(),
  })
  .superRefine((panel, context) => {
    const wrong = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message })
    if ((panel.pixels === undefined) === (panel.characters === undefined)) {
      wrong([], 'needs either pixels or characters, and not both')
    }
    const { pixels, zone } = panel
    if (panel.trafficSpeed > 0 && pixels?.font === 'outline') {
      wrong(
        ['pixels', 'font'],
        'must be led for drivers (trafficSpeed): a screen of running text cannot be read in the seconds they have',
      )
    }
    if (panel.theme !== undefined && pixels?.font !== 'outline') {
      wrong(
        ['theme'],
        'is for screens (pixels.font: outline); take it out, signs have the colours of their lamps',
      )
    }
    if (panel.characters?.scroll !== undefined) {
      if (panel.characters.lines > 1) {
        wrong(['characters', 'scroll'], 'is for a sign of one line; take it out, its lines can be paged')
      }
      if (panel.trafficSpeed > 0) {
        wrong(
          ['characters', 'scroll'],
          'must not be for drivers (trafficSpeed): running text cannot be read in a glance (TNO 1995)',
        )
      }
    }
    if (panel.takeover === 'full' ? zone !== undefined : zone === undefined) {
      wrong(
        ['zone'],
        panel.takeover === 'full'
          ? 'belongs to takeover side, bottom or top only'
          : `is needed for takeover ${panel.takeover}`,
      )
    }
    if (zone && pixels && (zone.x + zone.width > pixels.width || zone.y + zone.height > pixels.height)) {
      wrong(['zone'], `reaches outside the panel of ${pixels.width}x${pixels.height} px`)
    }
    for (const { path, message } of panel.output ? outputFaults(panel.output, panel) : [])
      wrong([...path], message)
    for (const { path, message } of hostFaults(panel)) wrong(path, message)
    if (zone && !pixels) wrong(['zone'], 'belongs to a panel of pixels')
  })

export type PanelProfile = z.output<typeof PanelProfileSchema>

/** What of a panel decides what an alert looks like on it; the rest says whether and when it is there. */
export type PanelFormat = Pick<
  PanelProfile,
  'pixels' | 'characters' | 'zone' | 'theme' | 'pages' | 'viewingDistance' | 'trafficSpeed' | 'languages'
>

/** Equal for panels on which every alert looks the same. */
export function formatKey(panel: PanelFormat): string {
  const { pixels, characters, zone, theme, pages, viewingDistance, trafficSpeed, languages } = panel
  const format: PanelFormat = {
    ...{ pixels, characters, zone, theme, pages, viewingDistance, trafficSpeed, languages },
  }
  return JSON.stringify(format)
}

/** One panel of a player: a profile under the name by which receipts, topics and the screen page know it. */
export interface Panel extends PanelProfile {
  /** Lower-case letters, digits and hyphens; unique within the player. */
  readonly id: string
}
