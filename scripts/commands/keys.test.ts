import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KeyFileSchema, KeyringSchema } from '../../display-client/alert/keyring.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(() => folder.dispose())

function newKey(kid: string, ...more: readonly string[]): string[] {
  const files = ['--out', folder.join(`${kid}.json`), '--keyring', folder.join('keyring.json')]
  return [
    'keys',
    'new',
    ...files,
    '--kid',
    kid,
    '--role',
    'issuer',
    '--sender',
    'politie@example.org',
    ...more,
  ]
}

it('makes a private key that only its owner may read, and puts the public half into the keyring', async () => {
  const terminal = testTerminal()
  expect(await run(newKey('first', '--days', '30'), terminal)).toBe(0)
  expect(await run(newKey('second'), terminal)).toBe(0)
  const file = KeyFileSchema.parse(JSON.parse(await readFile(folder.join('first.json'), 'utf8')))
  const text = await readFile(folder.join('keyring.json'), 'utf8')
  const keyring = KeyringSchema.parse(JSON.parse(text))
  expect(keyring.keys.map(({ kid }) => kid)).toEqual(['first', 'second'])
  expect(keyring.keys[0]?.publicKey.x).toBe(file.privateKey.x)
  expect(text).not.toContain(file.privateKey.d)
  expect((await stat(folder.join('first.json'))).mode & 0o777).toBe(0o600)
  const { notBefore = '', notAfter = '' } = keyring.keys[0] ?? {}
  expect(Date.parse(notAfter) - Date.parse(notBefore)).toBe(30 * 24 * 3_600_000)
})

it('lists the keys of a device', async () => {
  const terminal = testTerminal()
  await run(newKey('first'), terminal)
  const list = testTerminal()
  expect(await run(['keys', 'list', folder.join('keyring.json')], list)).toBe(0)
  expect(list.output).toEqual([
    expect.stringMatching(/^first {2}issuer {2}for politie@example\.org {2}valid until 20.*\(\d+ days\)$/),
    'no supervisor key is valid: this keyring can be changed on the devices only by hand',
  ])
  const json = testTerminal()
  await run(['keys', 'list', folder.join('keyring.json'), '--json'], json)
  expect(JSON.parse(json.output.join(''))).toMatchObject({ kid: 'first', roles: ['issuer'], state: 'valid' })
})

it('never overwrites a private key', async () => {
  await writeFile(folder.join('first.json'), 'precious')
  const terminal = testTerminal()
  expect(await run(newKey('first'), terminal)).toBe(1)
  expect(terminal.errors).toEqual([
    `--out ${folder.join('first.json')}: exists already; a key is never overwritten`,
  ])
  expect(await readFile(folder.join('first.json'), 'utf8')).toBe('precious')
})

it.each([
  ['a key id twice', ['--kid', 'first'], /^--kid first: is in .* already; choose another name$/],
  ['a key id with a space', ['--kid', 'a b'], /^--kid a b: must be 1 to 64 letters/],
  [
    'a sender that CAP does not allow',
    ['--sender', 'the police'],
    /^--sender: must be 1 to 200 characters without spaces/,
  ],
  [
    'an unknown role',
    ['--role', 'boss'],
    /^kijkuit: option '--role <role>' argument 'boss' is invalid.*issuer/,
  ],
  ['no days at all', ['--days', '0'], /^kijkuit: .*Must be a whole number from 1 to 3650/],
])('says in one line that it takes no %s', async (_what, words, line) => {
  await run(newKey('first'), testTerminal())
  const terminal = testTerminal()
  expect(await run([...newKey('second'), ...words], terminal)).toBe(1)
  expect(terminal.errors).toEqual([expect.stringMatching(line)])
  expect(terminal.output).toEqual([])
})
