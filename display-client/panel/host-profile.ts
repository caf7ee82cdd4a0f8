import { z } from 'zod'
import { KINDS } from '../alert/model.ts'

/**
 * `idle:` and `host:` of a panel profile: what is on a screen while no alert is, and how the player of its owner's own
 * content (the host) says whether it is in use.
 */

const seconds = (what: string, least: number, most: number) => {
  const error = `must be ${what} in seconds, ${least} to ${most}`
  return z.number({ error }).min(least, { error }).max(most, { error })
}

/** IANA time zone of the wall that a clock hangs on: kiosks are often set to UTC. */
const timeZone = z
  .string({ error: 'must be a time zone such as Europe/Amsterdam' })
  .refine(isTimeZone, { error: 'must be a time zone such as Europe/Amsterdam' })
  .default('Europe/Amsterdam')

const PAGE_URL = 'must be the address of a page, http://… or https://…, without a name or password'

/** What is on a screen without an alert. */
export const IdleSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('black') }),
    z.strictObject({ type: z.literal('clock'), timeZone }),
    z.strictObject({
      type: z.literal('images'),
      /** Every JPEG, PNG, WebP, AVIF and GIF in it, by name. */
      folder: z.string({ error: 'must be the path of a folder' }).min(1),
      /** Of each image. */
      seconds: seconds('the time of each image', 4, 86_400).default(10),
    }),
    z.strictObject({
      type: z.literal('page'),
      url: z.string({ error: PAGE_URL }).max(2_000).refine(isPageAddress, { error: PAGE_URL }),
      /** In its place while it does not come. */
      fallback: z.enum(['black', 'clock'], { error: 'must be black or clock' }).default('black'),
      timeZone,
    }),
    z.strictObject({ type: z.literal('hidden') }),
  ],
  { error: 'must have type black, clock, images, page or hidden' },
)
export type Idle = z.output<typeof IdleSchema>

/** How the host of a panel says that it is idle or busy, besides `POST /panels/<id>/host`. */
export const HostSchema = z.strictObject({
  /** A file whose text is `idle` or `busy`; followed while the player runs. */
  file: z.string({ error: 'must be the path of a file' }).min(1).optional(),
  /** A host that has not said for so long that it is idle counts as busy. */
  silence: seconds('the longest silence of the host', 5, 86_400).default(60),
  /** So long after the last touch an alert that a touch took away may come back. */
  untouched: seconds('the time without a touch', 5, 3_600).default(60),
})
export type Host = z.output<typeof HostSchema>

/** Kinds that take all of the time of a panel, whatever its `share`. */
export const UnsharedSchema = z.array(z.enum(KINDS, { error: `must be one of ${KINDS.join(', ')}` }))

/** The profile as far as the rules here look at it. */
interface Shared {
  readonly pixels?: { readonly font: string } | undefined
  readonly idle: Idle
  readonly host?: Host | undefined
  readonly onlyIdle: boolean
  readonly share: number
  readonly unshared: readonly string[]
  readonly takeover: string
}

/** What is wrong between `idle`, `host`, `share` and the rest of a profile. */
export function hostFaults(panel: Shared): readonly { readonly path: string[]; readonly message: string }[] {
  const { idle, host, onlyIdle, share, unshared, takeover } = panel
  const isScreen = panel.pixels?.font === 'outline'
  const faults: { path: string[]; message: string }[] = []
  const wrong = (path: string, message: string): void => void faults.push({ path: [path], message })
  if (!isScreen && idle.type !== 'black')
    wrong(
      'idle',
      `belongs to a screen (pixels.font: outline); between alerts a sign shows what its controller sends`,
    )
  if (!isScreen && share < 1)
    wrong(
      'share',
      'belongs to a screen (pixels.font: outline); the controller of a sign shares its time itself',
    )
  if (share === 1 && unshared.length > 0) wrong('unshared', 'needs a share below 1; nothing is shared now')
  if (idle.type === 'hidden' && takeover !== 'full')
    wrong(
      'idle',
      'hidden needs takeover full: beside a zone the hidden window would still cover what is behind it',
    )
  if (host !== undefined && !onlyIdle)
    wrong('host', 'needs onlyIdle: true; without that an alert does not ask whether the host is idle')
  return faults
}

function isPageAddress(text: string): boolean {
  const url = URL.parse(text)
  const known = url?.protocol === 'http:' || url?.protocol === 'https:'
  return url !== null && known && url.username === '' && url.password === ''
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('nl', { timeZone: name })
    return true
  } catch {
    return false
  }
}
