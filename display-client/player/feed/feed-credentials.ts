import { createHash, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposal.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { FileReader } from '../files.ts'
import type { Log } from '../log.ts'
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

export interface FeedTls {
  readonly minVersion: 'TLSv1.2'
  readonly cert: string
  readonly key: string
  /** Of the authority of controllers. */
  readonly ca?: string
}

/** @returns or one sentence about the file that is wrong, also while somebody is just putting new ones in its place */
export function readFeedCredentials(
  { tokenFile, cert, key, clientCa }: FeedListen,
  files: FileReader,
): Result<FeedCredentials, string> {
  const texts: (string | undefined)[] = []
  for (const path of [tokenFile, cert, key, clientCa]) {
    const text = path === undefined ? undefined : files.read(path)
    if (path !== undefined && text === undefined)
      return fail(`${path} cannot be read; put it back, or correct its permissions`)
    texts.push(text)
  }
  const [tokenText, certText, keyText, caText] = texts
  const token = tokenText?.trim()
  if (token !== undefined && !new RegExp(`^[\\x21-\\x7e]{${SHORTEST_TOKEN},}$`).test(token)) {
    return fail(
      `${tokenFile} holds no token: it must be one line of at least ${SHORTEST_TOKEN} letters, digits and signs`,
    )
  }
  const tls: FeedTls | undefined =
    certText === undefined || keyText === undefined
      ? undefined
      : { minVersion: 'TLSv1.2', cert: certText, key: keyText, ...(caText !== undefined && { ca: caText }) }
  const wrong = tls && contextFault(tls)
  if (wrong !== undefined) return fail(wrong)
  return ok({
    token,
    tls,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(tls ?? ''))
      .digest('hex'),
  })
}

/** Whether OpenSSL can do something with them: a certificate that does not fit its key is found before it is used. */
function contextFault(tls: FeedTls): string | undefined {
  try {
    createSecureContext(tls)
    // Which passes over an authority that is none, and then trusts nobody.
    if (tls.ca !== undefined) new X509Certificate(tls.ca)
    return undefined
  } catch (error) {
    return `cert, key or clientCa of the feed is no PEM that OpenSSL can read, or they do not belong together (${error})`
  }
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
