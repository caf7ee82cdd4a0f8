import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type Authority, type Certificate, certificateAuthority } from '../testkit/certificates.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { diskFiles } from './files.ts'
import { named, readTlsFiles } from './tls-files.ts'

const held = new Disposables()
let folder: TemporaryFolder
let authority: Authority
let own: Certificate

beforeAll(async () => {
  folder = held.add(await temporaryFolder())
  authority = await certificateAuthority(folder)
  own = await authority.client('utrecht-cs')
})
afterAll(() => held.dispose())

const textOf = (path: string): string => readFileSync(path, 'utf8')

function written(name: string, ...texts: readonly string[]): string {
  writeFileSync(folder.join(name), texts.join('\n'))
  return folder.join(name)
}

const read = ({ ca, cert, key }: { ca?: string; cert?: string; key?: string }) =>
  readTlsFiles({ ca: named('--tls-ca', ca), cert: named('cert', cert), key: named('key', key) }, diskFiles)

describe('the files of a TLS connection', () => {
  test('are read as they are', () => {
    expect(read({ ca: authority.cert, ...own })).toEqual({
      ok: true,
      value: { ca: textOf(authority.cert), cert: textOf(own.cert), key: textOf(own.key) },
    })
    expect(read({})).toEqual({ ok: true, value: {} })
  })

  test('may hold several certificates, words for people, and certificate and key in one', () => {
    const bundle = written('bundle.pem', 'Authorities of the site', textOf(authority.cert), textOf(own.cert))
    const both = written('both.pem', textOf(own.key), textOf(own.cert))
    expect(read({ ca: bundle, cert: both, key: both })).toMatchObject({ ok: true })
  })

  const cut = (): string => textOf(authority.cert).slice(0, 200)
  test.each<[string, () => string]>([
    ['words', () => 'not PEM'],
    ['nothing', () => ''],
    ['a private key', () => textOf(own.key)],
    ['half a certificate', cut],
    ['a whole certificate and half a one', () => `${textOf(authority.cert)}${cut()}`],
  ])('are refused, each by its name, where there is no certificate but %s', (_, text) => {
    const path = written('wrong.pem', text())
    const failure = (name: string): string => `${path} (${name}) holds no certificate in PEM; put one there`
    expect(read({ ca: path })).toEqual({ ok: false, failure: failure('--tls-ca') })
    expect(read({ cert: path, key: own.key })).toEqual({ ok: false, failure: failure('cert') })
  })

  test('are refused where there is no private key, or one that nobody can open', () => {
    const sealed = folder.join('sealed.key')
    execFileSync('openssl', ['pkey', '-in', own.key, '-aes256', '-passout', 'pass:hush', '-out', sealed])
    for (const key of [sealed, own.cert]) {
      expect(read({ cert: own.cert, key })).toEqual({
        ok: false,
        failure: `${key} (key) holds no private key without a passphrase in PEM; put one there`,
      })
    }
  })

  test('are refused where they do not belong together', () => {
    expect(read({ cert: own.cert, key: authority.key })).toEqual({
      ok: false,
      failure: 'cert and key do not belong together; put both in place',
    })
  })

  test('are refused where OpenSSL thinks them too weak', () => {
    const [cert, key] = [folder.join('weak.crt'), folder.join('weak.key')]
    const made = ['req', '-x509', '-newkey', 'rsa:512', '-noenc', '-subj', '/CN=weak', '-out', cert]
    execFileSync('openssl', [...made, '-keyout', key], { stdio: 'ignore' })
    expect(read({ cert, key })).toEqual({
      ok: false,
      failure: `OpenSSL refuses ${cert} (cert), ${key} (key): ERR_SSL_EE_KEY_TOO_SMALL; put others in place`,
    })
  })

  test('are refused where one is gone', () => {
    expect(read({ ca: folder.join('gone') })).toEqual({
      ok: false,
      failure: `${folder.join('gone')} (--tls-ca) cannot be read; put it back, or correct its permissions`,
    })
  })
})
