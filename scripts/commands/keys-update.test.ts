import { readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  KeyFileSchema,
  type KeyringFile,
  KeyringSchema,
  keyringOf,
} from '../../display-client/alert/keyring.ts'
import { openKeyringUpdate } from '../../display-client/alert/keyring-update.ts'
import { Disposables } from '../../display-client/base/disposal.ts'
import { startMosquitto } from '../../display-client/testkit/brokers.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { connectClient } from '../../display-client/testkit/mqtt-client.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

const DAY = 24 * 60 * 60_000

const held = new Disposables()
let folder: TemporaryFolder
let keyring: string
let update: string

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  keyring = folder.join('keyring.json')
  update = folder.join('update.json')
  for (const [kid, role] of [
    ['politie-1', 'issuer'],
    ['boss-1', 'supervisor'],
  ] as const) {
    const words = ['keys', 'new', '--out', folder.join(`${kid}.key`), '--keyring', keyring, '--kid', kid]
    await run([...words, '--role', role, '--sender', 'politie@example.org', '--days', '60'], testTerminal())
  }
})
afterEach(() => held.dispose())

async function keys(...words: readonly string[]): Promise<{ status: number; out: string[]; err: string[] }> {
  const terminal = testTerminal()
  const status = await run(['keys', ...words], terminal)
  return { status, out: [...terminal.output], err: [...terminal.errors] }
}

const common = (): string[] => [
  ...['--keyring', keyring, '--supervisor', folder.join('boss-1.key'), '--update', update],
]

const rotate = (...words: readonly string[]) =>
  keys('rotate', ...common(), '--kid', 'politie-1', '--new-kid', 'politie-2', ...words)

const revoke = (...words: readonly string[]) =>
  keys('revoke', ...common(), '--kid', 'politie-1', '--reason', 'stolen', ...words)

const readKeyring = async (): Promise<KeyringFile> =>
  KeyringSchema.parse(JSON.parse(await readFile(keyring, 'utf8')))

describe('kijkuit keys rotate', () => {
  it('makes a successor with the same rights, lets both be believed for a while, and signs that', async () => {
    const before = await readKeyring()
    const { status, out } = await rotate(
      '--out',
      folder.join('politie-2.key'),
      '--overlap',
      '5',
      '--days',
      '200',
    )
    expect(status).toBe(0)
    expect(out.at(-1)).toMatch(/^politie-2 takes the place of politie-1; both are believed until 20/)
    const after = await readKeyring()
    expect(after.sequence).toBe(1)
    const [old, fresh] = ['politie-1', 'politie-2'].map((kid) => after.keys.find((one) => one.kid === kid))
    expect(fresh).toMatchObject({ roles: old?.roles, senders: old?.senders })
    const end = Date.parse(old?.notAfter ?? '') - Date.parse(fresh?.notBefore ?? '')
    expect(end).toBe(5 * DAY)
    expect(Date.parse(fresh?.notAfter ?? '') - Date.parse(fresh?.notBefore ?? '')).toBe(200 * DAY)
    const file = KeyFileSchema.parse(JSON.parse(await readFile(folder.join('politie-2.key'), 'utf8')))
    expect(file.privateKey.x).toBe(fresh?.publicKey.x)
    expect((await stat(folder.join('politie-2.key'))).mode & 0o777).toBe(0o600)
    const opened = openKeyringUpdate(await readFile(update), keyringOf(before), Date.now())
    expect(opened).toMatchObject({ ok: true, value: { update: { sequence: 1, keys: after.keys } } })
  })

  it('never lengthens the life of the old key, and drops it at once without an overlap', async () => {
    await rotate('--out', folder.join('one.key'), '--overlap', '365')
    const [old] = (await readKeyring()).keys.filter(({ kid }) => kid === 'politie-1')
    expect(Date.parse(old?.notAfter ?? '') - Date.parse(old?.notBefore ?? '')).toBe(60 * DAY)
    const words = [
      '--kid',
      'politie-2',
      '--new-kid',
      'politie-3',
      '--out',
      folder.join('two.key'),
      '--overlap',
      '0',
    ]
    const { status, out } = await keys('rotate', ...common(), ...words)
    expect([status, out.at(-1)]).toEqual([
      0,
      'politie-3 takes the place of politie-2; politie-2 is not believed any more',
    ])
    expect((await readKeyring()).keys.map(({ kid }) => kid).toSorted()).toEqual([
      'boss-1',
      'politie-1',
      'politie-3',
    ])
  })

  it('replaces the supervisor too, who signs his own succession', async () => {
    const words = [
      '--kid',
      'boss-1',
      '--new-kid',
      'boss-2',
      '--out',
      folder.join('boss-2.key'),
      '--overlap',
      '0',
    ]
    expect((await keys('rotate', ...common(), ...words)).status).toBe(0)
    const next = ['--keyring', keyring, '--supervisor', folder.join('boss-2.key'), '--update', update]
    expect((await keys('revoke', ...next, '--kid', 'politie-1', '--reason', 'lost')).status).toBe(0)
    expect((await readKeyring()).sequence).toBe(2)
  })

  it.each([
    ['an unknown key', ['--kid', 'nobody'], /^--kid nobody: is not in .*; see kijkuit keys list/],
    [
      'a name that is in use',
      ['--new-kid', 'boss-1'],
      /^--new-kid boss-1: is in .* already; choose another name$/,
    ],
    ['a name with a space', ['--new-kid', 'a b'], /^--new-kid a b: must be 1 to 64 letters/],
    ['a broker that is none', ['--broker', 'http://x'], /^--broker http:\/\/x: must be mqtt:/],
  ])('changes nothing for %s', async (_what, words, line) => {
    const before = await readKeyring()
    const { status, err } = await rotate('--out', folder.join('new.key'), ...words)
    expect([status, err]).toEqual([1, [expect.stringMatching(line)]])
    expect(await readKeyring()).toEqual(before)
    await expect(stat(folder.join('new.key'))).rejects.toThrow()
    await expect(stat(update)).rejects.toThrow()
  })

  it('never overwrites a private key', async () => {
    await writeFile(folder.join('precious.key'), 'precious')
    const { status, err } = await rotate('--out', folder.join('precious.key'))
    expect([status, err]).toEqual([
      1,
      [expect.stringContaining('exists already; a key is never overwritten')],
    ])
    expect(await readFile(folder.join('precious.key'), 'utf8')).toBe('precious')
  })

  it('lets only a supervisor sign', async () => {
    const { status, err } = await rotate(
      '--out',
      folder.join('x.key'),
      '--supervisor',
      folder.join('politie-1.key'),
    )
    expect([status, err]).toEqual([1, [expect.stringContaining('role-forbidden: ')]])
  })
})

describe('kijkuit keys revoke', () => {
  it('takes the key out for good, signs that, and says so in the list', async () => {
    const { status } = await revoke('--since', '2026-11-01T12:00:00+01:00')
    expect(status).toBe(0)
    const { keys: left, revoked } = await readKeyring()
    expect(left.map(({ kid }) => kid)).toEqual(['boss-1'])
    expect(revoked).toEqual([{ kid: 'politie-1', since: '2026-11-01T12:00:00+01:00', reason: 'stolen' }])
    expect((await keys('list', keyring)).out).toEqual([
      expect.stringMatching(/^boss-1 {2}supervisor {2}for politie@example\.org {2}valid until/),
      'politie-1  revoked: stolen, since 2026-11-01T12:00:00+01:00; nothing that it signed is believed',
      'no issuer key is valid: a device with this keyring shows no alert',
      'as of keyring update 1',
    ])
    expect((await revoke()).err).toEqual(['--kid politie-1: is revoked already'])
  })

  it('revokes a key that was retired before it was found stolen, and asks to check its name', async () => {
    const { status, err } = await revoke('--kid', 'politie-2019')
    expect([status, err]).toEqual([
      0,
      [`politie-2019 was not in ${keyring} any more: check that this is its name`],
    ])
    expect((await readKeyring()).revoked).toEqual([expect.objectContaining({ kid: 'politie-2019' })])
  })

  it('does not revoke the last supervisor: nobody could change anything any more', async () => {
    const { status, err } = await revoke('--kid', 'boss-1')
    expect([status, err]).toEqual([1, [expect.stringContaining('leaves no supervisor whose key is valid')]])
  })

  it('names a time that is none', async () => {
    const { status, err } = await revoke('--since', 'yesterday')
    expect([status, err]).toEqual([1, [expect.stringContaining('revoked.0.since: must be a time')]])
  })
})

describe('kijkuit keys, with a broker', () => {
  it('publishes the update, retained, under the committed ACL', async () => {
    const broker = held.add(await startMosquitto({ users: ['supervisor', 'station-1'] }))
    const login = ['--username', 'supervisor', '--password-file', folder.join('password')]
    await writeFile(folder.join('password'), `${new URL(broker.login('supervisor')).password}\n`)
    const { status, out } = await revoke('--broker', broker.url, ...login)
    expect([status, out.at(-2)]).toEqual([0, `published ${update} on kijkuit/v1/keys of ${broker.url}`])
    const player = held.add(await connectClient(broker.login('station-1'), 5))
    const retained = new Promise((resolve) =>
      player.once('message', (_, payload, { retain }) => resolve([payload.toString(), retain])),
    )
    await player.subscribeAsync('kijkuit/v1/keys', { qos: 1 })
    expect(await retained).toEqual([(await readFile(update, 'utf8')).trimEnd(), true])
  })

  it('keeps what was signed when the broker is away, and publishes it later', async () => {
    const port = await freePort()
    const { status, err } = await revoke('--broker', `mqtt://127.0.0.1:${port}`)
    expect([status, err]).toEqual([
      1,
      [
        expect.stringMatching(
          /nothing listens there.*; the signed update is in .*, hand it over with kijkuit keys publish$/,
        ),
      ],
    ])
    expect((await readKeyring()).sequence).toBe(1)
    const broker = held.add(await startMosquitto({ port }))
    expect(await keys('publish', update, '--broker', broker.url)).toMatchObject({
      status: 0,
      out: [`published ${update} on kijkuit/v1/keys of ${broker.url}`],
    })
  })

  it('publishes nothing that is no update', async () => {
    expect(await keys('publish', keyring, '--broker', 'mqtt://127.0.0.1:1')).toMatchObject({
      status: 1,
      err: [expect.stringContaining('is no signed keyring update: envelope-malformed')],
    })
  })
})
