import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { defined } from '../base/defined.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { FileReader } from './files.ts'

/** A file that an operator names, and what it is called where he names it: `clientCa`, `--tls-ca`. */
export interface NamedFile {
  readonly name: string
  readonly path: string
}

/** The files of one end of a TLS connection, each of them PEM (RFC 7468). */
export interface TlsFiles {
  /** Certificates of those whom it trusts. */
  readonly ca?: NamedFile | undefined
  /** Its own certificate, then those of whoever issued it. */
  readonly cert?: NamedFile | undefined
  /** The private key of `cert`. */
  readonly key?: NamedFile | undefined
}

/** What is in them. */
export interface TlsTexts {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** The file under the name that it has where it is configured; undefined when none is. */
export function named(name: string, path: string | undefined): NamedFile | undefined {
  return path === undefined ? undefined : { name, path }
}

/** @returns the file's text, undefined when there is no file; or a sentence that names it and the fix */
export function readNamed(
  file: NamedFile | undefined,
  files: FileReader,
): Result<string | undefined, string> {
  if (file === undefined) return ok(undefined)
  const text = files.read(file.path)
  if (text === undefined)
    return fail(`${file.path} (${file.name}) cannot be read; put it back, or correct its permissions`)
  return ok(text)
}

/**
 * Reads the files of a TLS connection, and finds before they are used what is wrong with them. OpenSSL alone passes over
 * an authority that is none, and then trusts nobody.
 *
 * @returns or a sentence about the file that is wrong, also while somebody is just putting new ones in its place
 */
export function readTlsFiles({ ca, cert, key }: TlsFiles, files: FileReader): Result<TlsTexts, string> {
  const authority = readPem(ca, files, CERTIFICATES)
  if (!authority.ok) return authority
  const own = readPem(cert, files, CERTIFICATES)
  if (!own.ok) return own
  const secret = readPem(key, files, PRIVATE_KEY)
  if (!secret.ok) return secret
  const texts = defined<TlsTexts>({ ca: authority.value, cert: own.value, key: secret.value })
  if (cert && key && !isPair(own.value ?? '', secret.value ?? ''))
    return fail(`${cert.name} and ${key.name} do not belong together; put both in place`)
  // A key that is too short for its security level, say.
  const refusal = failureOf(() => createSecureContext(texts))
  if (refusal === undefined) return ok(texts)
  const paths = [ca, cert, key].flatMap((file) => (file ? [`${file.path} (${file.name})`] : []))
  return fail(`OpenSSL refuses ${paths.join(', ')}: ${refusal}; put others in place`)
}

interface Content {
  readonly what: string
  isIn(text: string): boolean
}

const CERTIFICATES: Content = {
  what: 'certificate',
  // One at least, and none of them broken.
  isIn(text) {
    // What comes before the first is text for people, or the private key.
    const [, ...all] = `\n${text}`.split(/(?=^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----)/m)
    return all.length > 0 && all.every((one) => failureOf(() => new X509Certificate(one)) === undefined)
  },
}

const PRIVATE_KEY: Content = {
  what: 'private key without a passphrase',
  isIn: (text) => failureOf(() => createPrivateKey(text)) === undefined,
}

function readPem(file: NamedFile | undefined, files: FileReader, content: Content) {
  const text = readNamed(file, files)
  if (file === undefined || !text.ok || content.isIn(text.value ?? '')) return text
  return fail(`${file.path} (${file.name}) holds no ${content.what} in PEM; put one there`)
}

function isPair(cert: string, key: string): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
}

/** The code of what `act` throws; undefined when it does not. */
function failureOf(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
  }
}
