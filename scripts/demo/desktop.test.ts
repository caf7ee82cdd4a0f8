import { chmod, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { canOpen, notInstalled } from './desktop.ts'

let folder: TemporaryFolder

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(() => folder.dispose())

it('opens a browser only where there is a desktop and a program that opens it', async () => {
  const PATH = folder.path
  expect(canOpen({ PATH, DISPLAY: ':0' })).toBe(false)
  await writeFile(folder.join('xdg-open'), '#!/bin/sh\n')
  await chmod(folder.join('xdg-open'), 0o755)
  expect(canOpen({ PATH, DISPLAY: ':0' })).toBe(true)
  expect(canOpen({ PATH, WAYLAND_DISPLAY: 'wayland-0' })).toBe(true)
  expect(canOpen({ PATH, DISPLAY: '' })).toBe(false)
  expect(canOpen({ PATH })).toBe(false)
})

it('names what is not installed', async () => {
  expect(notInstalled({ PATH: folder.path })).toContain('Chromium (kiosks, tests)')
  await writeFile(folder.join('chromium'), '')
  expect(notInstalled({ PATH: folder.path })).not.toContain('Chromium (kiosks, tests)')
})
