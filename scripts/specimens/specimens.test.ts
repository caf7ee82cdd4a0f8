import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { dotsOf } from './picture.ts'
import { drawnTypes, specimen } from './sheet.ts'

const FOLDER = fileURLToPath(new URL('../../docs/type/', import.meta.url))
const MOST_BYTES = 600_000

const fonts = await drawnTypes()

test('the folder holds two small sheets of every LED type and nothing else', () => {
  const names = fonts.flatMap(({ name }) => [`${name}.png`, `${name}-dots.png`])
  const files = readdirSync(FOLDER)
  expect(files.sort()).toEqual(names.sort())
  expect(files.reduce((sum, file) => sum + statSync(`${FOLDER}${file}`).size, 0)).toBeLessThan(MOST_BYTES)
})

test.each(fonts.map((font) => [font.name, font] as const))(
  'the sheets of %s are what scripts/specimens.ts makes today',
  async (name, font) => {
    const sheet = specimen(font)
    for (const [file, scale] of [[name, 1] as const, [`${name}-dots`, 8] as const]) {
      const made = dotsOf(sheet, scale)
      const { data, info } = await sharp(`${FOLDER}${file}.png`)
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect(info).toMatchObject({ width: made.width, height: made.height, channels: 3 })
      // Not toEqual: its message would hold every px.
      expect(data.equals(made.rgb)).toBe(true)
    }
  },
)
