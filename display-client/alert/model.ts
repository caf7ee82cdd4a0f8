import { z } from 'zod'
import { CAP_TIME, capTime } from './cap-time.ts'
import { cleanText } from './text.ts'

/**
 * The alert: the payload that an issuer signs (`kijkuit-alert/1`).
 *
 * Names, spellings, enumerations, character and time rules are those of CAP 1.2 (OASIS Standard, 1 July 2010) wherever
 * CAP has the thing; the rest (`incident`, `kind`, `subject`, …) is ours and travels in CAP as prefixed parameters.
 */

/** The longest texts that are read, in characters; far above any real alert (DESIGN §6.8). */
const LONGEST = { name: 120, line: 400, paragraph: 4_000 } as const

/** Earlier messages that one message may name; whoever has sent more names the newest. */
export const MOST_REFERENCES = 64

const MOST = {
  infos: 16,
  areas: 64,
  polygons: 64,
  points: 2_000,
  media: 4,
  references: MOST_REFERENCES,
  numbers: 4,
} as const

/**
 * How long before it takes effect an alert may be sent, ms: what is held back and replayed later can then be waited out
 * (`MEMORY` in incident.ts).
 */
export const LONGEST_WAIT = 7 * 24 * 3_600_000

/** Plain text of one line: control, bidirectional and other invisible characters removed, NFC, trimmed. */
const text = (longest: number): z.ZodType<string, string> =>
  z
    .string({ error: 'must be text' })
    .max(longest, { error: `is longer than the ${longest} characters allowed here` })
    .transform(cleanText)
    .refine((value) => value !== '', { error: 'must not be empty; leave it out instead' })

/** CAP 1.2 §3.2.1: no spaces, commas, `<` or `&`. */
export const capName = z.string({ error: 'must be text' }).regex(/^[^\s,<&]{1,200}$/, {
  error: 'must be 1 to 200 characters without spaces, commas, < or & (CAP 1.2 §3.2.1)',
})

/** CAP 1.2 §3.3.2; read the value with {@link capTime}. */
export const time = z
  .string({ error: `must be a time ${CAP_TIME}` })
  .refine((value) => capTime(value) !== undefined, {
    error: `must be a time ${CAP_TIME}, without Z or fractions (CAP 1.2 §3.3.2)`,
  })

/** BCP 47, as far as alerts use it: `nl`, `en-US`. */
const languageTag = z
  .string({ error: 'must be a language tag such as nl or en-US' })
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, {
    error: 'must be a language tag such as nl or en-US (BCP 47)',
  })

/** The same text in several languages, by language tag. */
const localized = z
  .partialRecord(languageTag, text(LONGEST.line))
  .refine((texts) => Object.keys(texts).length > 0, { error: 'needs at least one language, e.g. { nl: … }' })

/** CAP 1.2 `status`. Only `Actual` is ever shown as real. */
export const STATUSES = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const
/** CAP 1.2 `msgType`. */
export const MESSAGE_TYPES = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const
/** CAP 1.2 `scope`. Only `Public` is ever shown. */
export const SCOPES = ['Public', 'Restricted', 'Private'] as const

/** What the alert is about; decides who shows it, with which template and before which other. */
export const KINDS = [
  'public-warning',
  'amber',
  'missing-child',
  'missing-person',
  'community',
  'drill',
] as const
export type Kind = (typeof KINDS)[number]

const CATEGORIES = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
  'Other',
] as const
const RESPONSE_TYPES = [
  'Shelter',
  'Evacuate',
  'Prepare',
  'Execute',
  'Avoid',
  'Monitor',
  'Assess',
  'AllClear',
  'None',
] as const

/** One of `values`, with an error that lists them. */
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

const named = z.strictObject({ valueName: text(LONGEST.name), value: text(LONGEST.line) })

const info = z.strictObject({
  /** CAP 1.2: absent means `en-US`. */
  language: languageTag.default('en-US'),
  category: z.array(oneOf(CATEGORIES)).min(1),
  event: text(LONGEST.name),
  responseType: z.array(oneOf(RESPONSE_TYPES)).default([]),
  urgency: oneOf(['Immediate', 'Expected', 'Future', 'Past', 'Unknown']),
  severity: oneOf(['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown']),
  certainty: oneOf(['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown']),
  eventCode: z.array(named).default([]),
  /** Who speaks, as people know them: `Politie Utrecht`. */
  senderName: text(LONGEST.name).optional(),
  headline: text(LONGEST.line).optional(),
  description: text(LONGEST.paragraph).optional(),
  instruction: text(LONGEST.paragraph).optional(),
  web: z.url({ protocol: /^https?$/, error: 'must be an absolute http(s) address' }).optional(),
  contact: text(LONGEST.line).optional(),
  parameter: z.array(named).default([]),
})

/** WGS-84 latitude and longitude in degrees. */
const point = z.tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)], {
  error: 'must be [latitude, longitude] in degrees',
})

const area = z.strictObject({
  areaDesc: text(LONGEST.line),
  /** Each at least four points, the last equal to the first. */
  polygon: z
    .array(
      z
        .array(point)
        .min(4, { error: 'needs at least 4 points (CAP 1.2 polygon)' })
        .max(MOST.points)
        .refine((ring) => ring[0]?.[0] === ring.at(-1)?.[0] && ring[0]?.[1] === ring.at(-1)?.[1], {
          error: 'must end with its first point (CAP 1.2 polygon)',
        }),
    )
    .max(MOST.polygons)
    .default([]),
  circle: z
    .array(z.strictObject({ center: point, /** km */ radius: z.number().min(0).max(20_100) }))
    .max(MOST.polygons)
    .default([]),
  /** Region codes, e.g. `{ valueName: 'kijkuit', value: 'nl-vr13' }`. */
  geocode: z.array(named).default([]),
})

const sex = oneOf(['female', 'male', 'other'])

const person = z.strictObject({
  name: text(LONGEST.name).optional(),
  /** Whole years. */
  age: z
    .int({ error: 'must be a whole number of years' })
    .min(0, { error: 'must be 0 to 130 years' })
    .max(130, { error: 'must be 0 to 130 years' })
    .optional(),
  sex: sex.optional(),
  looks: localized.optional(),
  clothes: localized.optional(),
})

const vehicle = z.strictObject({
  make: text(LONGEST.name).optional(),
  model: text(LONGEST.name).optional(),
  colour: localized.optional(),
  /** As it stands on the plate, with its hyphens: `12-ABC-3`. Never divided. */
  plate: z
    .string({ error: 'must be text' })
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} .-]{0,14}$/u, {
      error: 'must be the plate as written on the car, e.g. 12-ABC-3 (at most 15 characters)',
    })
    .optional(),
  /** ISO 3166-1 alpha-2. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'must be a country code such as NL (ISO 3166-1)' })
    .optional(),
})

const place = z.strictObject({
  /** Where it was, as people say it: `station Utrecht Centraal`. */
  description: localized,
  /** When that was. */
  time: time.optional(),
})

/** 112, 0800-6070, +31 88 123 45 67. Never defaulted: conflicting numbers are in real use (field notes). */
const phone = z.string({ error: 'must be text' }).regex(/^\+?\d[\d -]{1,18}\d$/, {
  error: 'must be a telephone number of digits, spaces and hyphens',
})

const focus = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  width: z.int().min(1),
  height: z.int().min(1),
})

const media = z.strictObject({
  /** Lower-case hex SHA-256 of the exact bytes; also their place on the media topic. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hex digits' }),
  mimeType: oneOf(['image/jpeg', 'image/png', 'image/webp']),
  /** px */
  width: z.int().min(1).max(20_000),
  /** px */
  height: z.int().min(1).max(20_000),
  role: oneOf(['subject', 'suspect', 'vehicle']),
  /** The part that must stay visible (the face), in px of the picture. */
  focus: focus.optional(),
  /** The bytes themselves, base64, when they are small. */
  data: z
    .base64({ error: 'must be base64' })
    .max(90_000, { error: 'is too large to send inline; use the media topic' })
    .optional(),
})

const short = z.strictObject({
  /** At most 90 characters (WEA CMAMtext, Dutch bus-stop boards). */
  line90: text(90).optional(),
  /** At most 360 characters (WEA CMAMlongtext). */
  line360: text(360).optional(),
  /** Lines for road panels, as the issuer wants them. */
  panels: z.array(text(LONGEST.name)).min(1).max(8).optional(),
})

const reference = z.strictObject({ sender: capName, identifier: capName, sent: time })

/** Lower-case letters, digits and hyphens: it is a topic level (MQTT 5.0 §4.7) and a file name. */
export const INCIDENT_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/

export const AlertSchema = z
  .strictObject({
    schema: z.literal('kijkuit-alert/1', { error: 'must be kijkuit-alert/1' }),
    identifier: capName,
    sender: capName,
    sent: time,
    status: oneOf(STATUSES),
    msgType: oneOf(MESSAGE_TYPES),
    scope: oneOf(SCOPES),
    /** Stable case key, the same in every message about one case; with the sender it says which (incident-id.ts). */
    incident: z.string({ error: 'must be text' }).regex(INCIDENT_PATTERN, {
      error: 'must be 1 to 64 lower-case letters, digits and hyphens',
    }),
    /** Strictly rising per incident and sender. */
    revision: z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }),
    references: z.array(reference).max(MOST.references).default([]),
    kind: oneOf(KINDS),
    /** Absent: the time in `sent` (CAP 1.2). */
    effective: time.optional(),
    /** The hard stop; kept by every player on its own, also without a network. */
    expires: time,
    /** The latest moment at which personal data may exist on a device. */
    purgeAt: time.optional(),
    info: z.array(info).max(MOST.infos).default([]),
    /** Absent: everywhere the topic reaches. */
    area: z.array(area).max(MOST.areas).default([]),
    subject: person.optional(),
    suspect: person.optional(),
    vehicle: vehicle.optional(),
    place: place.optional(),
    /** Numbers to call, the main one first. */
    call: z.array(phone).max(MOST.numbers).default([]),
    media: z.array(media).max(MOST.media).default([]),
    /** Texts by the issuer, by language; preferred over anything composed when they fit. */
    short: z.partialRecord(languageTag, short).default({}),
  })
  .superRefine((alert, context) => {
    const wrong = (path: readonly (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path: [...path], message })
    }
    // False when either is no time at all: that has a fault of its own already.
    const before = (a: string, b: string): boolean => (capTime(a) ?? Number.NaN) < (capTime(b) ?? Number.NaN)
    const notAfter = (a: string, b: string): boolean =>
      (capTime(a) ?? Number.NaN) <= (capTime(b) ?? Number.NaN)
    if (alert.msgType !== 'Cancel' && alert.info.length === 0) {
      wrong(['info'], 'needs at least one block; only a Cancel may have none')
    }
    if ((alert.msgType === 'Update' || alert.msgType === 'Cancel') && alert.references.length === 0) {
      wrong(['references'], `must name the messages that this ${alert.msgType} is about`)
    }
    if (notAfter(alert.expires, alert.effective ?? alert.sent)) {
      wrong(['expires'], 'must be later than effective (or sent)')
    }
    const wait = (capTime(alert.effective ?? alert.sent) ?? Number.NaN) - (capTime(alert.sent) ?? Number.NaN)
    if (wait > LONGEST_WAIT) wrong(['effective'], 'is more than 7 days after sent; send it later')
    if (alert.purgeAt !== undefined && before(alert.purgeAt, alert.sent)) {
      wrong(['purgeAt'], 'must not be before sent')
    }
    if (alert.kind === 'drill' && alert.status === 'Actual') {
      wrong(['kind'], 'drill cannot be Actual; use status Exercise or Test')
    }
    alert.references.forEach((one, index) => {
      if (one.sender === alert.sender && one.identifier === alert.identifier) {
        wrong(['references', index], 'refers to the message itself')
      } else if (before(alert.sent, one.sent)) {
        wrong(['references', index, 'sent'], 'is later than sent of this message')
      }
    })
    alert.media.forEach((one, index) => {
      const box = one.focus
      if (box && (box.x + box.width > one.width || box.y + box.height > one.height)) {
        wrong(['media', index, 'focus'], `reaches outside the picture of ${one.width}x${one.height} px`)
      }
    })
  })

/** A well-formed alert. Says nothing about trust: see {@link openEnvelope}. */
export type Alert = z.output<typeof AlertSchema>
/** An alert as an issuer writes it, before defaults and cleaning. */
export type AlertInput = z.input<typeof AlertSchema>
export type Info = Alert['info'][number]
export type Area = Alert['area'][number]
export type Media = Alert['media'][number]
export type Person = NonNullable<Alert['subject']>
/** The same text by language tag. */
export type Localized = Readonly<Partial<Record<string, string>>>
