import { z } from 'zod'

/**
 * `output:` of a panel profile: the protocol that its sign speaks, and where the sign is.
 *
 * A preset says the protocol; whoever has the sign adds `connection`. Without it nothing is sent to a sign.
 */

const range = (what: string, least: number, most: number) => {
  const error = `must be ${what}, ${least} to ${most}`
  return z.int({ error }).min(least, { error }).max(most, { error })
}
const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `must be ${names.join(' or ')}` })

const CONNECTION =
  'must be tcp://host:port (a sign or a serial server on the network) or serial:/dev/name (a line of this machine)'

/** Where a sign is. */
export type SignAddress =
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'serial'; readonly path: string }

/** Reads `connection`; undefined when it is none. */
export function readConnection(text: string): SignAddress | undefined {
  const serial = /^serial:(\/[\x21-\x7e]+)$/.exec(text)?.[1]
  if (serial !== undefined) return { type: 'serial', path: serial }
  if (!/^tcp:\/\/[^/@?#]+$/.test(text)) return undefined
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || url.port === '' || url.port === '0') return undefined
  // An IPv6 address stands in brackets, in a URL only.
  return { type: 'tcp', host: url.hostname.replace(/^\[(.+)\]$/, '$1'), port: Number(url.port) }
}

const common = {
  connection: z
    .string({ error: CONNECTION })
    .refine((text) => readConnection(text) !== undefined, { error: CONNECTION })
    .optional(),
  /** What differs from the serial line that the protocol is usually spoken on. */
  serial: z
    .strictObject({
      baud: range('bits per second', 300, 115_200).optional(),
      dataBits: z.union([z.literal(7), z.literal(8)], { error: 'must be 7 or 8' }).optional(),
      parity: oneOf(['none', 'even', 'odd']).optional(),
      stopBits: z.union([z.literal(1), z.literal(2)], { error: 'must be 1 or 2' }).optional(),
    })
    .optional(),
  /** How often a page is sent again, s: at most so long does a sign that lost its power stay without it. */
  refresh: range('seconds', 5, 600).default(30),
}
const page = (what: string) =>
  z.string({ error: `must be ${what}, a letter from A to Z` }).regex(/^[A-Z]$/, {
    error: `must be ${what}, a letter from A to Z`,
  })
/** A level of an MQTT topic. */
const level = z
  .string({ error: 'must be text' })
  .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, dots, hyphens or underscores' })

const PROTOCOLS = ['alpha', 'am004', 'ibis', 'hanover', 'mobitec', 'rtigt047'] as const

export const OutputSchema = z.discriminatedUnion(
  'protocol',
  [
    z.strictObject({
      protocol: z.literal('alpha'),
      ...common,
      /** Of the sign; 0 = every sign on the line. */
      address: range('the address of the sign (0 = all)', 0, 255).default(0),
      colour: oneOf(['amber', 'red', 'green']).default('amber'),
      /** The sign says ACK or NAK (Alpha 2.0 and later, where switched on). */
      acknowledges: z.boolean({ error: 'must be true or false' }).default(false),
    }),
    z.strictObject({
      protocol: z.literal('am004'),
      ...common,
      address: range('the address of the sign (0 = all, and none answers)', 0, 255).default(1),
      /** The page of the sign that is ours. */
      page: page('the page for alerts').default('Z'),
      /** The page that the sign goes back to. */
      home: page('the page to go back to').default('A'),
    }),
    z.strictObject({
      protocol: z.literal('ibis'),
      ...common,
      /** Of the sign: needed for DS021 and GSP; with it any sign is asked how it is. */
      address: range('the IBIS address of the sign', 0, 15).optional(),
      telegram: oneOf(['DS003a', 'DS003c', 'DS009', 'DS009a', 'DS009b', 'DS021', 'GSP']).default('DS009'),
    }),
    z.strictObject({
      protocol: z.literal('hanover'),
      ...common,
      address: range('the address on the wheel of the sign', 0, 15).default(1),
    }),
    z.strictObject({
      protocol: z.literal('mobitec'),
      ...common,
      address: range('the address of the sign (6 front, 7 side, 10 or 11 rear)', 0, 31).default(6),
    }),
    z.strictObject({
      protocol: z.literal('rtigt047'),
      /** The levels of its topics; what is left out is `null`, which means all. */
      locality: level.optional(),
      cluster: level.optional(),
      stop: level.optional(),
      vendor: level.optional(),
      device: level.optional(),
      /** What kind of display it is. */
      displayType: oneOf(['PID-LED', 'PID-LCD', 'PID-TFT', 'PID-EPAPER']).default('PID-LED'),
      /** 1 to 99, 1 first, where messages of one priority meet. */
      actionPriority: range('the action priority', 1, 99).default(1),
      target: oneOf(['BOTTOM_LINE', 'FULL_SCREEN', 'OVERLINE']).default('FULL_SCREEN'),
    }),
  ],
  { error: `must name its protocol: ${PROTOCOLS.join(', ')}` },
)

export type OutputProfile = z.output<typeof OutputSchema>
/** Those that are spoken over a line of their own. */
export type WiredOutput = Exclude<OutputProfile, { protocol: 'rtigt047' }>

/** What of a panel its protocol must be able to serve. */
export interface PanelShape {
  readonly pixels?:
    | { readonly width: number; readonly height: number; readonly colours: string; readonly font: string }
    | undefined
  readonly characters?:
    | {
        readonly lines: number
        readonly columns: number
        readonly bytes?: number | undefined
        readonly repertoire: string
        readonly scroll?: number | undefined
      }
    | undefined
}

/** Most text in the priority file of an Alpha sign, bytes: 125 without the six that say how it is shown. */
const ALPHA_TEXT = 119
const IBIS_COLUMNS = {
  DS003a: 240,
  DS003c: 60,
  DS009: 16,
  DS009a: 20,
  DS009b: 24,
  DS021: 240,
  GSP: 118,
} as const
/** What is on the line besides ASCII, or in its place, is not known of the other signs. */
const REPERTOIRE = { alpha: ['ascii', 'alpha'], am004: ['ascii'], ibis: ['din66003', 'ascii'] } as const

/** What of the panel its output cannot do: the key, and the sentence that names the fix. */
export function outputFaults(
  output: OutputProfile,
  { pixels, characters }: PanelShape,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  const faults: { path: readonly string[]; message: string }[] = []
  const wrong = (path: string, message: string): void => void faults.push({ path: path.split('.'), message })
  const { protocol } = output
  if (protocol !== 'rtigt047' && output.serial !== undefined && output.connection?.startsWith('tcp:'))
    wrong(
      'output.serial',
      'is for connection serial:/dev/name; over tcp:// the serial server has these settings',
    )
  if (protocol === 'hanover' || protocol === 'mobitec') {
    if (pixels === undefined || pixels.font === 'outline' || !['amber', 'mono'].includes(pixels.colours))
      wrong('output.protocol', `${protocol} is for pixels of colours amber or mono with a LED font`)
    else if (protocol === 'hanover' && pixels.height % 8 !== 0)
      wrong('pixels.height', 'must be a multiple of 8 for hanover')
    else if (protocol === 'mobitec' && (pixels.width > 207 || pixels.height > 207 || pixels.height < 5))
      wrong('pixels', 'must be at most 207 px wide, and 5 to 207 px high, for mobitec')
    return faults
  }
  if (characters === undefined) {
    wrong('output.protocol', `${protocol} is for a panel of characters`)
    return faults
  }
  if (protocol === 'rtigt047') {
    const { locality, cluster, stop, vendor, device } = output
    if ([locality, cluster, stop, vendor, device].every((level) => level === undefined))
      wrong(
        'output',
        'needs a locality, cluster, stop, vendor or device: without, every display of the network would show it',
      )
    return faults
  }
  const { lines, columns, bytes, repertoire, scroll } = characters
  const allowed: readonly string[] = REPERTOIRE[protocol]
  if (!allowed.includes(repertoire))
    wrong('characters.repertoire', `must be ${allowed.join(' or ')} for ${protocol}`)
  const most = { alpha: 1, am004: 8, ibis: output.protocol === 'ibis' && output.telegram === 'GSP' ? 2 : 1 }[
    protocol
  ]
  if (lines > most) wrong('characters.lines', `must be at most ${most} for ${protocol}`)
  if (protocol === 'alpha' && (bytes ?? Number.POSITIVE_INFINITY) > ALPHA_TEXT)
    wrong('characters.bytes', `must be at most ${ALPHA_TEXT} for alpha: its priority file holds no more`)
  if (output.protocol !== 'ibis') return faults
  if (scroll !== undefined)
    wrong('characters.scroll', 'must be left out for ibis: its telegrams cannot ask for it')
  const longest = IBIS_COLUMNS[output.telegram]
  if (columns > longest)
    wrong('characters.columns', `must be at most ${longest} for telegram ${output.telegram}`)
  if (output.address === undefined && ['DS021', 'GSP'].includes(output.telegram))
    wrong('output.address', `is needed for telegram ${output.telegram}`)
  return faults
}
