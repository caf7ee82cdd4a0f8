import { createHash } from 'node:crypto'
import { defined } from '../base/defined.ts'
import { ok, type Result } from '../base/result.ts'
import type { Broker } from './config.ts'
import type { FileReader } from './files.ts'
import { named, readNamed, readTlsFiles, type TlsTexts } from './tls-files.ts'

interface Login {
  readonly username?: string
  readonly password?: string
}

/** What a player logs in with, as it is in the files now. */
export interface Credentials extends Login, TlsTexts {
  /** Another one when any of it is another. */
  readonly fingerprint: string
}

/**
 * Reads what a player logs in with; at every attempt anew, so that a renewed certificate or password is used without a
 * restart.
 *
 * @returns or a sentence about the file that is wrong, also while somebody is just putting new ones in its place
 */
export function readCredentials(broker: Broker, files: FileReader): Result<Credentials, string> {
  const { username, passwordFile, ca, cert, key } = broker
  const secret = readNamed(named('passwordFile', passwordFile), files)
  if (!secret.ok) return secret
  const tls = readTlsFiles({ ca: named('ca', ca), cert: named('cert', cert), key: named('key', key) }, files)
  if (!tls.ok) return tls
  const password = broker.password ?? secret.value?.trimEnd()
  const all = { ...defined<Login>({ username, password }), ...tls.value }
  return ok({ ...all, fingerprint: createHash('sha256').update(JSON.stringify(all)).digest('hex') })
}
