import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { Vault } from './vault.ts'
import { seal, unseal } from './vault-seal.ts'

const held = new Disposables()
let folder: TemporaryFolder
let path: string

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  path = folder.join('keys')
})
afterEach(() => held.dispose())

/** What the file holds, looked at as whoever finds the disk would. */
const fileHolds = (bytes: Uint8Array): boolean => readFileSync(path).includes(Buffer.from(bytes))

function open(): Vault {
  const vault = Vault.open(path)
  held.defer(() => vault.close())
  return vault
}

describe('the vault', () => {
  test('has a key again after a restart, in a file that only its user may read', () => {
    const first = open()
    const { name, bytes } = first.create()
    const copy = Uint8Array.from(bytes)
    first.close()
    expect(open().get(name)).toEqual(copy)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('makes another key each time', () => {
    const vault = open()
    const names = Array.from({ length: 200 }, () => vault.create())
    expect(new Set(names.map(({ name }) => name)).size).toBe(200)
    expect(new Set(names.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(200)
  })

  test('makes keys for later, each used once; a restart destroys those that nobody came to use', () => {
    const vault = open()
    vault.prepare()
    const { spare } = vault
    expect(spare).toBeGreaterThan(1)
    const first = vault.create()
    expect([vault.spare, fileHolds(first.bytes)]).toEqual([spare - 1, true])
    vault.keepOnly(new Set())
    expect(vault.get(first.name)).toBeUndefined()
    const second = vault.create()
    expect(second.name).not.toBe(first.name)
    const unused = vault.create()
    const [kept, stray] = [Uint8Array.from(second.bytes), Uint8Array.from(unused.bytes)]
    vault.close()
    open().keepOnly(new Set([second.name]))
    expect([fileHolds(kept), fileHolds(stray)]).toEqual([true, false])
  })

  test('overwrites a destroyed key where it stands, and leaves its note, also after a restart', () => {
    const vault = open()
    const [gone, kept] = [vault.create(), vault.create()]
    const copy = Buffer.from(gone.bytes)
    expect(fileHolds(copy)).toBe(true)
    const { size } = statSync(path)
    vault.destroy([gone.name], 7)
    expect(fileHolds(copy)).toBe(false)
    expect(gone.bytes.every((byte) => byte === 0)).toBe(true)
    expect(statSync(path).size).toBe(size)
    expect([vault.get(gone.name), vault.noteOf(gone.name), vault.noteOf(kept.name)]).toEqual([
      undefined,
      7,
      undefined,
    ])
    vault.destroy([gone.name], 8)
    vault.close()
    expect(open().noteOf(gone.name)).toBe(7)
  })

  test('uses the room of released keys again, and never that of others', () => {
    const vault = open()
    const kept = vault.create()
    for (let round = 0; round < 1000; round += 1) {
      const { name } = vault.create()
      vault.destroy([name])
      vault.release([name, kept.name])
    }
    expect(statSync(path).size).toBe(4096)
    expect(vault.get(kept.name)).toBe(kept.bytes)
  })

  test('destroys what no data refers to', () => {
    const vault = open()
    const [stray, kept] = [vault.create(), vault.create()]
    const copy = Buffer.from(stray.bytes)
    vault.keepOnly(new Set([kept.name]))
    expect([vault.get(stray.name), vault.noteOf(stray.name)]).toEqual([undefined, undefined])
    expect(fileHolds(copy)).toBe(false)
    expect(vault.get(kept.name)).toBe(kept.bytes)
  })

  test('takes a damaged slot for no key and wipes what is left in it', () => {
    const first = open()
    const [damaged, kept] = [first.create(), first.create()]
    const rest = Buffer.from(damaged.bytes.subarray(8))
    const whole = Uint8Array.from(kept.bytes)
    first.close()
    const content = readFileSync(path)
    content.fill(0xff, 32, 40)
    writeFileSync(path, content)
    const second = open()
    expect([second.get(damaged.name), second.noteOf(damaged.name)]).toEqual([undefined, undefined])
    expect(fileHolds(rest)).toBe(false)
    expect(second.get(kept.name)).toEqual(whole)
  })

  test('opens a file of any length and any content', () => {
    for (const length of [0, 1, 63, 64, 4095, 5000]) {
      writeFileSync(path, Buffer.alloc(length, 0xa5))
      const vault = open()
      const { name } = vault.create()
      vault.close()
      const again = open()
      expect(again.get(name)).toHaveLength(32)
      again.close()
    }
    truncateSync(path, 10)
    expect(open().create().bytes).toHaveLength(32)
  })

  test('works in memory alone where nothing can be written', () => {
    const { name } = open().create()
    const before = readFileSync(path)
    const vault = Vault.read(path)
    expect(vault.get(name)).toHaveLength(32)
    vault.destroy([name])
    const made = vault.create()
    expect([vault.get(name), vault.get(made.name)]).toEqual([undefined, made.bytes])
    expect(readFileSync(path)).toEqual(before)
  })
})

describe('what is sealed', () => {
  const key = Buffer.alloc(32, 1)

  test('opens with its key in its place, and nowhere else', () => {
    const sealed = seal('Zoë', key, 'here')
    expect(unseal(sealed, key, 'here')).toBe('Zoë')
    expect(unseal(sealed, key, 'there')).toBeUndefined()
    expect(unseal(sealed, Buffer.alloc(32, 2), 'here')).toBeUndefined()
    expect(Buffer.from(sealed).includes('Zoë')).toBe(false)
  })

  test('does not open when a single bit is another', () => {
    const sealed = seal('Zoë', key, 'here')
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Uint8Array.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unseal(changed, key, 'here')).toBeUndefined()
    }
    expect(unseal(sealed.subarray(0, 20), key, 'here')).toBeUndefined()
  })
})
