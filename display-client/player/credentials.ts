import { createHash } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { fail, ok, type Result } from '../base/result.ts'
import type { Broker } from './config.ts'
import type { FileReader } from './files.ts'

/** What a player logs in with, as it is in the files now. */
export interface Credentials {
  readonly username?: string
  readonly password?: string
  /** PEM */
  readonly ca?: string
  /** PEM */
  readonly cert?: string
  /** PEM */
  readonly key?: string
  /** Another one when any of it is another. */
  readonly fingerprint: string
}

const FILES = ['passwordFile', 'ca', 'cert', 'key'] as const

/**
 * Reads what a player logs in with; at every attempt anew, so that a renewed certificate or password is used without a
 * restart.
 *
 * @returns or a sentence about the file that is wrong, also while somebody is just putting new ones in its place
 */
export function readCredentials(broker: Broker, files: FileReader): Result<Credentials, string> {
  const texts: Partial<Record<(typeof FILES)[number], string>> = {}
  for (const name of FILES) {
    const path = broker[name]
    if (path === undefined) continue
    const text = files.read(path)
    if (text === undefined)
      return fail(`${path} (${name}) cannot be read; put it back, or correct its permissions`)
    texts[name] = text
  }
  const { passwordFile, ca, cert, key } = texts
  const password = broker.password ?? passwordFile?.trimEnd()
  const all = { username: broker.username, password, ca, cert, key }
  const wrong = contextFault(all)
  if (wrong !== undefined) return fail(wrong)
  const fingerprint = createHash('sha256').update(JSON.stringify(all)).digest('hex')
  return ok({
    ...(all.username !== undefined && { username: all.username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    fingerprint,
  })
}

/** Whether OpenSSL can do something with them: a certificate that does not fit its key is found before it is used. */
function contextFault({
  ca,
  cert,
  key,
}: {
  ca: string | undefined
  cert: string | undefined
  key: string | undefined
}) {
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  try {
    createSecureContext({
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
      ? 'cert and key do not belong together; put both in place'
      : `ca, cert or key is no PEM that OpenSSL can read (${code || 'unknown fault'})`
  }
}
