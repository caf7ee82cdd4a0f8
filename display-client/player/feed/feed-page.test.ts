import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { amberAlert } from '../../testkit/alerts.ts'
import { feedOf } from '../../testkit/feeds.ts'
import { preset } from '../../testkit/panels.ts'
import { loadConfig } from '../config.ts'
import { diskFiles } from '../files.ts'
import { readLibrary } from '../library-files.ts'
import { REFUSALS, readAcknowledgements } from './acknowledgement.ts'
import { irisTsv, plainText } from './formats.ts'

const page = readFileSync(new URL('../../../docs/feed.md', import.meta.url), 'utf8')

/** The example under a name: the text of the fence that follows it. */
function example(name: string): string {
  const found = page.split(`<!-- ${name} -->\n`)[1]?.match(/^```\w*\n(.*?)^```$/ms)?.[1]
  if (found === undefined) throw new Error(`docs/feed.md has no example ${name}`)
  return found
}

const library = await readLibrary()
if (!library.ok) throw new Error('no library')
const signs = feedOf([preset('character-3x18')], library.value)
signs.show('character-3x18', amberAlert())

test('the examples on the page of the feed are what the feed says', () => {
  const { feed } = signs
  const records = feed.records.map(({ record }) => record)
  expect(JSON.parse(example('envelope'))).toEqual({ schema: 'kijkuit-feed/1', ...feed.issue, records })
  expect(example('tsv')).toBe(irisTsv(feed.records, { 'character-3x18': 'V66E37' }, feed.validUntil))
  expect(example('text').replace('^L', '\f')).toBe(feed.records.map(plainText).join(''))
})

test('the acknowledgement on it is taken, and it names every reason', () => {
  const read = readAcknowledgements(Buffer.from(example('acknowledgement')))
  expect(
    read.ok && read.value.map((one) => signs.feed.acknowledge({ ...one, sign: 'character-3x18' })),
  ).toEqual([undefined, undefined])
  for (const reason of REFUSALS) expect(page).toContain(`\`${reason}\``)
})

test('the player.yaml on it is one', () => {
  const yaml = `schema: kijkuit-player/1\nplayer: road\nbrokers: ["mqtt://127.0.0.1"]\nareas: [nl]\nkeyring: k\ndata: d\n${example('player.yaml')}panels: [{ id: drip-a12-41, preset: drip-192x128 }]\n`
  const read = (path: string) =>
    path === '/p/player.yaml' ? yaml : path.startsWith('/p/') ? 'x' : diskFiles.read(path)
  const config = loadConfig('/p/player.yaml', { read, list: diskFiles.list })
  expect(config.ok ? config.value.feed?.names : config.failure).toEqual({ 'drip-a12-41': 'V66E37' })
})
