import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtScreen } from '../testkit/stage-server.ts'

let screen: Awaited<ReturnType<typeof builtScreen>>

beforeAll(async () => {
  screen = await builtScreen()
}, 60_000)

afterAll(() => screen?.dispose())

const read = (path: string) => readFileSync(join(screen.folder, path))
const loads = (html: string) =>
  [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path = '']) => path)

it('is a page of at most 30 kB, its letters aside', () => {
  const html = read('index.html')
  const files = [html, ...loads(String(html)).map(read)]
  const size = files.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0)
  expect(size).toBeGreaterThan(5_000)
  expect(size).toBeLessThanOrEqual(30_000)
})

it('loads nothing of the wall into the page of a panel', () => {
  const shared = new Set(loads(String(read('index.html'))))
  const own = loads(String(read('wall.html'))).filter((path) => !shared.has(path))
  expect(own.some((path) => path.endsWith('.js'))).toBe(true)
  expect([...shared].map((path) => String(read(path))).join('')).not.toContain('/demo/')
})

it.each(['index.html', 'wall.html'])('holds nothing inline in %s, which the policy would refuse', (page) => {
  const html = String(read(page))
  expect(html).not.toMatch(/<style|style="|<script(?![^>]*src=)|\son\w+=|data:/)
})
