import { expect, test } from 'vitest'
import { readCredentials } from './credentials.ts'
import type { FileReader } from './files.ts'

const disk: Record<string, string> = { '/secret': 'hush\n' }
const files: FileReader = { read: (path) => disk[path], list: () => [] }
const broker = { url: 'mqtt://b', username: 'utrecht-cs', passwordFile: '/secret' }

test('the password of a broker is that in its file now, without the end of line', () => {
  const first = readCredentials(broker, files)
  expect(first).toMatchObject({ ok: true, value: { username: 'utrecht-cs', password: 'hush' } })
  disk['/secret'] = 'other\n'
  const second = readCredentials(broker, files)
  expect(second).toMatchObject({ ok: true, value: { password: 'other' } })
  expect(first.ok && second.ok && first.value.fingerprint === second.value.fingerprint).toBe(false)
  expect(readCredentials(broker, files)).toEqual(second)
})

test('a file that cannot be read is named', () => {
  expect(readCredentials({ ...broker, passwordFile: '/gone' }, files)).toEqual({
    ok: false,
    failure: '/gone (passwordFile) cannot be read; put it back, or correct its permissions',
  })
})

test('nothing is read when nothing is named', () => {
  expect(readCredentials({ url: 'mqtt://b' }, files)).toEqual({
    ok: true,
    value: { fingerprint: expect.any(String) },
  })
})
