import { isIP } from 'node:net'
import { z } from 'zod'

/** `feed` of player.yaml: the text feed for controllers of signs. Without it there are only the MQTT topics of signs. */
export interface FeedConfig {
  /** Absent = over MQTT only. */
  readonly listen: FeedListen | undefined
  /** ms between heartbeats */
  readonly period: number
  /** Names that the traffic system has for signs, by panel. */
  readonly names: Readonly<Record<string, string>>
  /** NTCIP font numbers under which the signs have our types. */
  readonly fonts: Readonly<Record<string, number>>
}

/** Where controllers reach the feed, and how they prove who they are. Absolute paths of PEM files. */
export interface FeedListen {
  readonly host: string
  readonly port: number
  readonly tokenFile: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Of the authority of controllers: mutual TLS. */
  readonly clientCa: string | undefined
}

/** s: a traffic system that polls less often sees an alert too late, one heartbeat a second helps nobody. */
const PERIOD = { least: 5, usual: 30, most: 300 }

/** @param readable checks the path of a file and makes it absolute */
export function feedSchema(readable: z.ZodType<string, string>) {
  const listen = z
    .strictObject({
      host: z
        .string({ error: 'must be the address to listen on, such as 127.0.0.1' })
        .refine((host) => isIP(host) !== 0, {
          error: 'must be an IP address of this machine, such as 127.0.0.1',
        }),
      port: z.int({ error: 'must be a port, 0 to 65535' }).min(0).max(65_535),
      tokenFile: readable.optional(),
      cert: readable.optional(),
      key: readable.optional(),
      clientCa: readable.optional(),
    })
    .superRefine((one, context) => {
      const wrong = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message })
      if ((one.cert === undefined) !== (one.key === undefined))
        wrong(one.cert ? 'cert' : 'key', 'needs both cert and key')
      if (one.clientCa !== undefined && one.cert === undefined) wrong('clientCa', 'needs cert and key')
      if (one.tokenFile === undefined && one.clientCa === undefined)
        wrong('tokenFile', 'is needed, or clientCa: the feed is never open to everybody')
      if (one.cert === undefined && isIP(one.host) !== 0 && !isLoopback(one.host))
        wrong('cert', `is needed with key on ${one.host}: a token in clear can be read on the way`)
    })
    .transform(
      (one): FeedListen => ({
        ...{ host: one.host, port: one.port, tokenFile: one.tokenFile, cert: one.cert, key: one.key },
        clientCa: one.clientCa,
      }),
    )
  return z
    .strictObject({
      listen: listen.optional(),
      period: z
        .number({ error: 'must be a number of seconds' })
        .min(PERIOD.least, { error: `must be at least ${PERIOD.least} s` })
        .max(PERIOD.most, { error: `must be at most ${PERIOD.most} s` })
        .default(PERIOD.usual),
      names: z
        .record(
          z.string(),
          z
            .string()
            .regex(/^[A-Za-z0-9._~-]{1,64}$/, { error: 'must be 1 to 64 letters, digits and . _ ~ -' }),
        )
        .default({}),
      fonts: z
        .record(z.string(), z.int().min(1, { error: 'must be a font number, 1 to 255' }).max(255))
        .default({}),
    })
    .transform(
      ({ period, listen: at, ...more }): FeedConfig => ({ ...more, listen: at, period: period * 1000 }),
    )
}

function isLoopback(host: string): boolean {
  return /^127\./.test(host) || host === '::1'
}
