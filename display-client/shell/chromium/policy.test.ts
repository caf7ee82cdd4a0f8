import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import { readTargets } from '../targets.ts'
import { policyProblem } from './policy.ts'

const SYSTEM = join(import.meta.dirname, 'system')

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.dispose())

const withPolicy = async (policy: object, port = 8740): Promise<string | undefined> => {
  await copyFile(join(SYSTEM, 'kijkuit-policy.json'), folder.join('kijkuit-policy.json'))
  await writeFile(folder.join('other.json'), JSON.stringify(policy))
  return policyProblem(folder.path, port)
}

it('finds nothing wrong with the policies that Kijkuit comes with', async () => {
  expect(await withPolicy({})).toBeUndefined()
})

it.each([
  [
    { DeveloperToolsAvailability: 2 },
    /^DeveloperToolsAvailability in .* keeps this shell from its browser; take it out\.$/,
  ],
  [{ RemoteDebuggingAllowed: false }, /^RemoteDebuggingAllowed in /],
  [
    { URLAllowlist: ['data:*'] },
    /^URLAllowlist in .* lacks 127\.0\.0\.1:8740, where the player is; add it\.$/,
  ],
  [{ URLAllowlist: ['127.0.0.1'] }, /^URLAllowlist in .* lacks data:\*, the safe page; add it\.$/],
  [
    { URLBlocklist: [] },
    /^No policy keeps Chromium to the page of the player; install kijkuit-policy\.json in /,
  ],
])('says what is wrong with %j', async (policy, problem) => {
  expect(await withPolicy(policy)).toMatch(problem)
})

it('says that the player is on another port', async () => {
  expect(await withPolicy({}, 8900)).toMatch(/lacks 127\.0\.0\.1:8900/)
})

it('says that there are none, and that a file is broken', async () => {
  expect(policyProblem(folder.join('nowhere'), 8740)).toMatch(/^No policy keeps Chromium /)
  await writeFile(folder.join('broken.json'), '{')
  expect(policyProblem(folder.path, 8740)).toBe(
    `${folder.join('broken.json')} cannot be read as JSON, and Chromium passes it over; correct it.`,
  )
})

it('is started by its unit with options that it knows', async () => {
  const unit = await readFile(join(SYSTEM, 'kijkuit-chromium@.service'), 'utf8')
  const [, options = ''] = /^ExecStart=\S+ \S+\/shell\/chromium\/main\.ts (.*)$/m.exec(unit) ?? []
  const environment = { STATE_DIRECTORY: '/var/lib/kijkuit-shell' }
  expect(readTargets(options.replaceAll('%i', 'hall').split(' '), environment)).toMatchObject({
    ok: true,
    value: { tokenFile: '/var/lib/kijkuit/viewer.token', targets: [{ panel: 'hall', monitor: undefined }] },
  })
})
