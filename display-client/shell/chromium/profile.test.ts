import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'
import { makeProfile, removeLeftProfiles, removeProfile } from './profile.ts'

it('makes a profile that keeps nothing, and removes those whose shell is gone but not those whose shell runs', async () => {
  const folder = await temporaryFolder()
  const own = makeProfile(folder.path)
  expect(JSON.parse(await readFile(join(own, 'Default', 'Preferences'), 'utf8'))).toMatchObject({
    credentials_enable_service: false,
  })
  const { pid } = spawnSync(process.execPath, ['--version'])
  // Its number is another process by now, or none; and this process has taken the number of one before it.
  for (const name of [
    `kijkuit-chromium-${pid}-1-a`,
    `kijkuit-chromium-${process.pid}-1-b`,
    'something-else',
  ]) {
    await mkdir(folder.join(name, 'Default'), { recursive: true })
  }
  await removeLeftProfiles(folder.path)
  expect((await readdir(folder.path)).map((name) => folder.join(name)).sort()).toEqual(
    [own, folder.join('something-else')].sort(),
  )
  await removeProfile(own)
  await removeLeftProfiles(folder.join('nowhere'))
  expect(await readdir(folder.path)).toEqual(['something-else'])
  await folder.dispose()
})
