import { describe, expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { loadConfig } from './config.ts'
import type { FileReader } from './files.ts'

const PRESET = `schema: kijkuit-panel/1
title: Bar above the door
pixels: { width: 1920, height: 360, pitch: 0.3 }
viewingDistance: 8
`
const PLAYER = `schema: kijkuit-player/1
player: utrecht-cs
brokers:
  - mqtt://127.0.0.1:1883
areas: [nl, nl-vr09]
keyring: keys/keyring.json
data: ./data
panels:
  - id: bar-1
    preset: bar
  - id: bar-2
    preset: bar
    pixels: { height: 390 }
    tests: true
`

function load(player: string, more: Record<string, string> = {}) {
  const disk: Record<string, string> = {
    '/etc/kijkuit/player.yaml': player,
    '/etc/kijkuit/keys/keyring.json': '{}',
    '/templates/panels/bar.yaml': PRESET,
    '/templates/panels/station.yaml': PRESET,
    ...more,
  }
  const files: FileReader = {
    read: (path) => disk[path],
    list: (folder) =>
      Object.keys(disk).flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
      ),
  }
  return loadConfig('/etc/kijkuit/player.yaml', files, '/templates')
}

function faults(player: string, more?: Record<string, string>): readonly string[] {
  const read = load(player, more)
  return read.ok ? [] : read.failure.map(formatFault)
}

describe('the host of a panel', () => {
  const own = (line: string) => PLAYER.replace('pixels: { height: 390 }', line)
  const second = (player: string, more?: Record<string, string>) => {
    const read = load(player, more)
    if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
    return read.value.panels[1]
  }

  test('has its folder of images and its file beside the file that names them', () => {
    const preset = `${PRESET}onlyIdle: true\nidle: { type: images, folder: posters }\nhost: { file: state }\n`
    const more = { '/templates/panels/bar.yaml': preset }
    expect(second(own('host: { silence: 30 }'), more)).toMatchObject({
      idle: { type: 'images', folder: '/templates/panels/posters', seconds: 10 },
      host: { file: '/templates/panels/state', silence: 30, untouched: 60 },
    })
    const both = own('idle: { folder: ours }\n    host: { file: /run/atm }')
    expect(second(both, more)).toMatchObject({
      idle: { type: 'images', folder: '/etc/kijkuit/ours' },
      host: { file: '/run/atm' },
    })
    // Another type is another whole.
    expect(second(own('idle: { type: clock }'), more)?.idle).toEqual({
      ...{ type: 'clock', timeZone: 'Europe/Amsterdam' },
    })
  })

  test('is not the player itself', () => {
    const page = (url: string) => own(`idle: { type: page, url: "${url}" }`)
    for (const url of ['http://127.0.0.1:8740/', 'http://localhost:8740/panels/bar-1/'])
      expect(faults(page(url))).toEqual([
        '/etc/kijkuit/player.yaml:13:30 panels.1.idle.url: is the player itself; name a page of the host, on another port',
      ])
    expect(faults(page('http://127.0.0.1:8741/'))).toEqual([])
  })

  test('reads the states of panels in a folder of its own where the owner says so', () => {
    const state = (player: string) => {
      const read = load(player)
      return read.ok ? read.value.state : read.failure.map(formatFault)
    }
    expect(state(PLAYER)).toBe('/etc/kijkuit/data/state')
    expect(state(`state: /run/kijkuit\n${PLAYER}`)).toBe('/run/kijkuit')
  })
})

describe('the theme of a panel', () => {
  const themes = { '/templates/themes/kijkuit.yaml': '', '/templates/themes/neutral-dark.yaml': '' }

  test('is one of templates/themes, also in a preset, and the panel has the last word', () => {
    const preset = { ...themes, '/templates/panels/bar.yaml': `${PRESET}theme: neutral-dark\n` }
    const read = load(PLAYER.replace('tests: true', 'theme: kijkuit'), preset)
    expect(read.ok && read.value.panels.map(({ theme }) => theme)).toEqual(['neutral-dark', 'kijkuit'])
  })

  test('that there is not is named with those that are near', () => {
    expect(faults(PLAYER.replace('tests: true', 'theme: neutral'), themes)).toEqual([
      '/etc/kijkuit/player.yaml:14:12 panels.1.theme: there is no theme neutral; did you mean neutral-dark?',
    ])
  })
})

describe('the font of a panel', () => {
  const LED = PRESET.replace('pitch: 0.3', 'pitch: 10, font: fonts/ours.bdf')
  const fontsOf = (player: string, more?: Record<string, string>) => {
    const read = load(player, more)
    if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
    return read.value.panels.map(({ pixels }) => pixels?.font)
  }

  test('is a path relative to the file that names it', () => {
    const preset = { '/templates/panels/bar.yaml': LED, '/etc/kijkuit/own/bar.yaml': LED }
    expect(fontsOf(PLAYER, preset)).toEqual(Array(2).fill('/templates/panels/fonts/ours.bdf'))
    expect(fontsOf(PLAYER.replaceAll('preset: bar', 'preset: own/bar.yaml'), preset)).toEqual(
      Array(2).fill('/etc/kijkuit/own/fonts/ours.bdf'),
    )
    expect(fontsOf(PLAYER.replace('height: 390', 'font: theirs.font.txt'), preset)).toEqual([
      '/templates/panels/fonts/ours.bdf',
      '/etc/kijkuit/theirs.font.txt',
    ])
  })

  test('stays the name of a LED type, or is refused', () => {
    expect(fontsOf(PLAYER.replace('height: 390', 'font: led-9-bold'))[1]).toBe('led-9-bold')
    expect(faults(PLAYER.replace('height: 390', 'font: Arial'))).toEqual([
      '/etc/kijkuit/player.yaml:13:21 panels.1.pixels.font: must be outline (screens), led (matrix panels), the name of a LED type such as led-9, or the path of a font file (.bdf or .font.txt)',
    ])
  })
})

describe('a player configuration', () => {
  test('is read with presets filled in, overrides on top and paths relative to the file', () => {
    const read = load(PLAYER)
    if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
    expect(read.value).toMatchObject({
      player: 'utrecht-cs',
      brokers: [{ url: 'mqtt://127.0.0.1:1883' }],
      areas: ['nl', 'nl-vr09'],
      keyring: '/etc/kijkuit/keys/keyring.json',
      data: '/etc/kijkuit/data',
      panels: [
        { id: 'bar-1', pixels: { width: 1920, height: 360 }, tests: false },
        { id: 'bar-2', pixels: { width: 1920, height: 390, pitch: 0.3 }, tests: true },
      ],
    })
  })

  test('lays its languages on every panel that names none of its own', () => {
    const read = load(`${PLAYER}    languages: [en]\nlanguages: [fr, nl]\n`)
    expect(read.ok && read.value.panels.map((panel) => panel.languages)).toEqual([['fr', 'nl'], ['en']])
  })

  test('leaves password and certificates in their files, which may change', () => {
    const read = load(
      PLAYER.replace(
        '- mqtt://127.0.0.1:1883',
        '- { url: "mqtts://b", username: utrecht-cs, passwordFile: secret, ca: ca.pem }',
      ),
      { '/etc/kijkuit/secret': 'hush\n', '/etc/kijkuit/ca.pem': 'PEM' },
    )
    expect(read.ok && read.value.brokers).toEqual([
      {
        url: 'mqtts://b',
        username: 'utrecht-cs',
        passwordFile: '/etc/kijkuit/secret',
        ca: '/etc/kijkuit/ca.pem',
      },
    ])
  })

  test('takes the output of a preset key by key, and another protocol as a whole', () => {
    const sign = `schema: kijkuit-panel/1
title: Bus interior
characters: { lines: 1, columns: 16 }
viewingDistance: 8
output: { protocol: ibis, telegram: DS009a }
`
    const outputOf = (output: string) => {
      const player = PLAYER.replace('pixels: { height: 390 }', `output: ${output}`)
      const read = load(player.replace(/bar-2\n {4}preset: bar/, 'bar-2\n    preset: sign'), {
        '/templates/panels/sign.yaml': sign,
      })
      if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
      return read.value.panels[1]?.output
    }
    const connection = 'tcp://192.0.2.7:4001'
    const common = { connection, refresh: 30 }
    expect(outputOf(`{ connection: "${connection}" }`)).toEqual({
      ...{ protocol: 'ibis', telegram: 'DS009a', ...common },
    })
    expect(outputOf(`{ protocol: am004, connection: "${connection}" }`)).toEqual({
      ...{ protocol: 'am004', address: 1, page: 'Z', home: 'A', ...common },
    })
  })

  test('takes a preset by path', () => {
    const read = load(PLAYER.replace('preset: bar\n  -', 'preset: ./own/bar.yaml\n  -'), {
      '/etc/kijkuit/own/bar.yaml': PRESET,
    })
    expect(read.ok).toBe(true)
  })

  test('that is missing is refused by name', () => {
    const read = loadConfig('/nowhere/player.yaml', { read: () => undefined, list: () => [] }, '/templates')
    expect(read.ok ? [] : read.failure.map(formatFault)).toEqual([
      '/nowhere/player.yaml: cannot be read; check the path and its permissions',
    ])
  })

  test.each([
    [
      'an unknown preset, with the near names',
      PLAYER.replace('preset: bar\n  -', 'preset: bra\n  -'),
      ':10:13 panels.0.preset: there is no preset bra; did you mean bar?',
    ],
    [
      'a preset nothing is near to, with all names',
      PLAYER.replace('preset: bar\n  -', 'preset: zzzzzzzz\n  -'),
      'did you mean bar or station?',
    ],
    [
      'two panels of one id',
      PLAYER.replace('bar-2', 'bar-1'),
      ':11:9 panels.1.id: bar-1 is already the id of panel 1; choose another',
    ],
    [
      'a keyring that is not there',
      PLAYER.replace('keys/keyring.json', 'no.json'),
      ':6:10 keyring: names /etc/kijkuit/no.json, which cannot be read; make one with: kijkuit keys new',
    ],
    [
      'a broker that is not MQTT',
      PLAYER.replace('mqtt://127', 'http://127'),
      ':4:5 brokers.0.url: "http://127.0.0.1:1883" must be mqtt://host:port or mqtts://host:port',
    ],
    [
      'a password in the address',
      PLAYER.replace('mqtt://127', 'mqtt://me:pw@127'),
      'holds a name or password; give them as username and passwordFile',
    ],
    [
      'certificates without TLS',
      PLAYER.replace('- mqtt://127.0.0.1:1883', '- { url: "mqtt://b", ca: keys/keyring.json }'),
      'use mqtts://',
    ],
    [
      'half a client certificate',
      PLAYER.replace('- mqtt://127.0.0.1:1883', '- { url: "mqtts://b", cert: keys/keyring.json }'),
      'needs both cert and key',
    ],
    [
      'an override the profile does not know',
      PLAYER.replace('tests: true', 'test: true'),
      ':14:11 panels.1.test: is not a known key',
    ],
    [
      'an override with an impossible value',
      PLAYER.replace('height: 390', 'height: 0'),
      ':13:23 panels.1.pixels.height: must be at least 1 (px)',
    ],
    [
      'a key that is misspelt',
      PLAYER.replace('areas:', 'area: [nl]\nareas:'),
      ':5:1 area: is not a known key',
    ],
    [
      'an id with capitals',
      PLAYER.replace('bar-2', 'Bar2'),
      'must be 1 to 64 lower-case letters, digits and hyphens',
    ],
  ])('refuses %s', (_, player, expected) => {
    expect(faults(player)).toEqual([expect.stringContaining(expected)])
  })

  describe('of a feed', () => {
    const withFeed = (feed: string) => PLAYER.replace('panels:', `feed: ${feed}\npanels:`)
    const more = { '/etc/kijkuit/token': 'x', '/etc/kijkuit/pem': 'x' }

    test('has usual values, and opens nothing by itself', () => {
      const read = load(withFeed('{}'))
      expect(read.ok && read.value.feed).toEqual({ listen: undefined, period: 30_000, names: {}, fonts: {} })
      expect(load(PLAYER).ok && load(PLAYER)).not.toHaveProperty('value.feed')
    })

    test.each([
      [
        '{ host: 127.0.0.1, port: 1 }',
        'tokenFile: is needed, or clientCa: the feed is never open to everybody',
      ],
      ['{ port: 1, tokenFile: token }', 'must be the address to listen on, such as 127.0.0.1'],
      ['{ host: everywhere, port: 1, tokenFile: token }', 'must be an IP address of this machine'],
      ['{ host: 10.1.2.3, port: 1, tokenFile: token }', 'cert: is needed with key on 10.1.2.3'],
      ['{ host: 127.0.0.1, port: 1, tokenFile: token, cert: pem }', 'needs both cert and key'],
      ['{ host: 127.0.0.1, port: 1, clientCa: pem }', 'clientCa: needs cert and key'],
      ['{ host: 127.0.0.1, port: 1, tokenFile: no }', 'names /etc/kijkuit/no, which cannot be read'],
    ])('refuses to listen on %s', (listen, expected) => {
      expect(faults(withFeed(`{ listen: ${listen} }`), more)).toEqual([expect.stringContaining(expected)])
    })

    test.each([
      ['{ period: 1 }', 'period: must be at least 5 s'],
      ['{ names: { nobody: V1 } }', 'names.nobody: is the id of no panel'],
      ['{ names: { bar-1: "a\\tb" } }', 'names.bar-1: must be 1 to 64 letters'],
      ['{ names: { bar-1: bar-2 } }', 'names.bar-1: bar-2 is what another sign is called'],
      ['{ names: { bar-1: V1, bar-2: V1 } }', 'names.bar-2: V1 is what another sign is called'],
      ['{ fonts: { led-9: 0 } }', 'fonts.led-9: must be a font number'],
    ])('refuses %s', (feed, expected) => {
      expect(faults(withFeed(feed))).toEqual([expect.stringContaining(expected)])
    })
  })

  test('blames the preset, not the player, for a fault in the preset', () => {
    expect(
      faults(PLAYER, {
        '/templates/panels/bar.yaml': PRESET.replace('viewingDistance: 8', 'viewingDistance: far'),
      }),
    ).toEqual(['/templates/panels/bar.yaml:4:18 viewingDistance: must be a number of m'])
  })
})
