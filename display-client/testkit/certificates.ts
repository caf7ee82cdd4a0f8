import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TemporaryFolder } from './temporary-folder.ts'

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** An authority of its own for one test. */
export interface Authority extends Certificate {
  /** A certificate for a server on loopback. */
  server(name: string): Promise<Certificate>
  /** A certificate for a player. @param commonName its player id, which is its name on the broker */
  client(commonName: string, file?: string): Promise<Certificate>
}

/** Makes an authority; everything it makes lies in `folder`. P-256, valid for a day. Needs OpenSSL 3. */
export async function certificateAuthority(folder: TemporaryFolder, name = 'ca'): Promise<Authority> {
  const made = async (file: string, subject: string, more: readonly string[]): Promise<Certificate> => {
    const [cert, key] = [folder.join(`${file}.crt`), folder.join(`${file}.key`)]
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '1'],
      ...['-subj', `/CN=${subject}`, '-out', cert, '-keyout', key, ...more],
    ])
    return { cert, key }
  }
  const root = await made(name, `Kijkuit test ${name}`, [])
  const signed = (file: string, subject: string, ...extensions: readonly string[]): Promise<Certificate> =>
    made(file, subject, [
      ...['-CA', root.cert, '-CAkey', root.key],
      ...['basicConstraints=critical,CA:FALSE', ...extensions].flatMap((one) => ['-addext', one]),
    ])
  return {
    ...root,
    server: (file) =>
      signed(file, 'localhost', 'subjectAltName=IP:127.0.0.1,DNS:localhost', 'extendedKeyUsage=serverAuth'),
    client: (commonName, file = commonName) => signed(file, commonName, 'extendedKeyUsage=clientAuth'),
  }
}
