import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Pictogram, parsePictogram } from './pictogram.ts'

const FOLDER = new URL('pictograms/', import.meta.url)

const rowsOf = ({ width, height, lit }: Pictogram): readonly string[] => {
  const dots = Array.from({ length: height }, () => Array<string>(width).fill('.'))
  for (const one of lit)
    for (let y = one.y; y < one.y + one.height; y += 1)
      for (let x = one.x; x < one.x + one.width; x += 1) {
        const row = dots[y]
        if (row === undefined || row[x] !== '.') throw new Error(`${x},${y} is lit twice or outside`)
        row[x] = '#'
      }
  return dots.map((row) => row.join(''))
}

const faultsOf = (text: string): readonly string[] => {
  const read = parsePictogram(text, 'a')
  return read.ok ? [] : read.failure.map(({ line, message }) => `${line}: ${message}`)
}

describe('a pictogram drawn as text', () => {
  it('is its sizes from large to small, in rectangles that go on downwards', () => {
    const read = parsePictogram('// a tick\npictogram end\n\n##\n\n.#.\n.#.\n###\n', 'a')
    expect(read).toEqual({
      ok: true,
      value: {
        name: 'end',
        sizes: [
          {
            width: 3,
            height: 3,
            lit: [
              { x: 1, y: 0, width: 1, height: 2 },
              { x: 0, y: 2, width: 3, height: 1 },
            ],
          },
          { width: 2, height: 1, lit: [{ x: 0, y: 0, width: 2, height: 1 }] },
        ],
      },
    })
  })

  it.each([
    ['pictogram amber\n##\n#\n', '3: is 1 dots wide and the first row 2; make them equal'],
    ['pictogram amber\n#O#\n', '2: must be a row of # and ., pictogram <name>, a remark (//) or empty'],
    ['pictogram amber\n', '0: draws nothing; draw at least one size in rows of # and .'],
    ['##\n', '0: has no line pictogram <name>'],
    [`pictogram amber\n${'#'.repeat(129)}\n`, '2: is 129x1 dots; at most 128x128 are a pictogram'],
  ])('names the line of what is wrong and the fix: %j', (text, message) => {
    expect(faultsOf(text)).toContain(message)
  })

  it('names the kinds that there are', () => {
    expect(faultsOf('pictogram dog\n#\n')[0]).toMatch(
      /^1: pictogram dog: must be one of public-warning, amber, /,
    )
  })
})

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.pictogram.txt'))

describe.each(files)('%s', (file) => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8')
  const read = parsePictogram(text, file)
  if (!read.ok) throw new Error(JSON.stringify(read.failure))
  const { name, sizes } = read.value

  it('is named as its file, and is what is drawn there', () => {
    expect(file).toBe(`${name}.pictogram.txt`)
    const drawn = sizes.toReversed().map((size) => rowsOf(size).join('\n'))
    expect(text).toBe(`${text.split('\n', 1)[0]}\npictogram ${name}\n\n${drawn.join('\n\n')}\n`)
  })

  it('has four sizes, each lit to its edges', () => {
    expect(sizes).toHaveLength(4)
    for (const { width, height, lit } of sizes) {
      expect(Math.min(...lit.map(({ x }) => x))).toBe(0)
      expect(Math.min(...lit.map(({ y }) => y))).toBe(0)
      expect(Math.max(...lit.map((one) => one.x + one.width))).toBe(width)
      expect(Math.max(...lit.map((one) => one.y + one.height))).toBe(height)
    }
  })
})
