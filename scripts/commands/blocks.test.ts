import { expect, it } from 'vitest'
import { blockRows } from './blocks.ts'

const FRAME = {
  width: 4,
  height: 3,
  palette: ['#000000', '#ffb000'],
  pixels: Uint8Array.of(1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0),
}

it('draws two dots in each character, one above the other', () => {
  expect(blockRows(FRAME, false)).toEqual(['▀▄█ ', '▀▀  '])
})

it('gives each dot its colour where the terminal has colours', () => {
  const [row = ''] = blockRows(FRAME, true)
  expect(row.startsWith('\x1b[38;2;255;176;0;48;2;0;0;0m▀\x1b[38;2;0;0;0;48;2;255;176;0m▀')).toBe(true)
  expect(row.endsWith('\x1b[0m')).toBe(true)
})
