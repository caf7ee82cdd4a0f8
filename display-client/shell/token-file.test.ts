import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { tokenReader } from './token-file.ts'

it('reads the token anew each time, and says once that it cannot', async () => {
  const folder = await temporaryFolder()
  const path = folder.join('viewer.token')
  const said: string[] = []
  const read = tokenReader(path, (sentence) => said.push(sentence))
  expect([read(), read()]).toEqual(['', ''])
  expect(said).toEqual([
    `The viewer token cannot be read from ${path} (ENOENT); start the player, which writes it.`,
  ])
  await writeFile(path, 'one\n')
  expect(read()).toBe('one')
  await writeFile(path, 'two\n')
  expect(read()).toBe('two')
  await folder.dispose()
  expect(read()).toBe('')
  expect(said).toHaveLength(2)
})
