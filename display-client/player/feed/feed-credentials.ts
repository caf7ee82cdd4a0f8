import { createHash } from 'node:crypto'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposal.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { FileReader } from '../files.ts'
import type { Log } from '../log.ts'
import { named, readNamed, readTlsFiles, type TlsTexts } from '../tls-files.ts'
import { SHORTEST_TOKEN } from './access.ts'
import type { FeedListen } from './feed-config.ts'

/** What the feed and its controllers prove themselves with, as it is in the files now. */
export interface FeedCredentials {
  /** undefined = certificates only */
  readonly token: string | undefined
  /** PEM; undefined = no TLS */
  readonly tls: FeedTls | undefined
  /** Another one when any of `tls` is another. */
  readonly fingerprint: string
}

export interface FeedTls extends TlsTexts {
  readonly minVersion: 'TLSv1.2'
}

/** @returns or one sentence about the file that is wrong, also while somebody is just putting new ones in its place */
export function readFeedCredentials(
  { tokenFile, cert, key, clientCa }: FeedListen,
  files: FileReader,
): Result<FeedCredentials, string> {
  const text = readNamed(named('tokenFile', tokenFile), files)
  if (!text.ok) return text
  const token = text.value?.trim()
  if (token !== undefined && !new RegExp(`^[\\x21-\\x7e]{${SHORTEST_TOKEN},}$`).test(token)) {
    return fail(
      `${tokenFile} holds no token: it must be one line of at least ${SHORTEST_TOKEN} letters, digits and signs`,
    )
  }
  const read = readTlsFiles(
    { ca: named('clientCa', clientCa), cert: named('cert', cert), key: named('key', key) },
    files,
  )
  if (!read.ok) return read
  const tls: FeedTls | undefined = cert === undefined ? undefined : { minVersion: 'TLSv1.2', ...read.value }
  return ok({
    token,
    tls,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(tls ?? ''))
      .digest('hex'),
  })
}

/** ms between two looks at the files, as a link to a broker has it. */
const LOOK = 30_000

export interface RenewedCredentialsOptions {
  readonly listen: FeedListen
  readonly files: FileReader
  readonly clock: Clock
  readonly log: Log
  /** There are other certificates. */
  onTls(tls: FeedTls): void
}

/** Keeps to what is in the files: a new certificate or token is in force soon after it is put in place, without a restart. */
export class RenewedCredentials implements Disposable {
  readonly #options: RenewedCredentialsOptions
  #now: FeedCredentials
  #cancelLook: CancelTimer | undefined
  /** What was said last: nobody wants to read the same line every half minute. */
  #said = ''

  /** @param first what is in the files now */
  constructor(first: FeedCredentials, options: RenewedCredentialsOptions) {
    this.#now = first
    this.#options = options
  }

  /** undefined = certificates only */
  get token(): string | undefined {
    return this.#now.token
  }

  /** Looks at the files from now on. */
  watch(): void {
    this.#cancelLook = this.#options.clock.after(LOOK, () => this.#look())
  }

  dispose(): void {
    this.#cancelLook?.()
  }

  #look(): void {
    const { listen, files, log, onTls } = this.#options
    this.watch()
    const read = readFeedCredentials(listen, files)
    const failure = read.ok ? '' : read.failure
    if (failure !== '' && failure !== this.#said) log.warn(`the feed: ${failure}; what was in force stays so`)
    this.#said = failure
    if (!read.ok) return
    const { token, tls, fingerprint } = read.value
    const hasNewTls = tls !== undefined && fingerprint !== this.#now.fingerprint
    if (!hasNewTls && token === this.#now.token) return
    this.#now = read.value
    if (hasNewTls) onTls(tls)
    log.info('the feed: the certificate or token is a new one, and in force')
  }
}
