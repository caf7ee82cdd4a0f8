import { describe, expect, it } from 'vitest'
import { formatFault, readDocument } from '../base/document.ts'
import { ALPHA_TEXT } from '../paint/signs/alpha.ts'
import { IBIS_TELEGRAMS } from '../paint/signs/ibis.ts'
import { readConnection } from './output-profile.ts'
import { PanelProfileSchema } from './profile.ts'

const HEAD = 'schema: kijkuit-panel/1\ntitle: Sign\nviewingDistance: 8\n'
const LETTERS = 'characters: { lines: 1, columns: 16, bytes: 100 }\n'
const GERMAN = 'characters: { lines: 1, columns: 16, repertoire: din66003 }\n'
const DOTS = 'pixels: { width: 96, height: 16, pitch: 10, colours: amber, font: led }\n'

function faults(text: string): readonly string[] {
  const read = readDocument('p.yaml', `${HEAD}${text}`, PanelProfileSchema)
  return read.ok ? [] : read.failure.map(formatFault)
}

describe('the output of a panel', () => {
  it.each([
    `${LETTERS}output: { protocol: alpha, connection: "tcp://192.0.2.7:10001", address: 3, acknowledges: true }`,
    `${LETTERS}output: { protocol: am004, connection: "serial:/dev/ttyUSB0", serial: { baud: 4800 } }`,
    `${GERMAN}output: { protocol: ibis, telegram: DS021, address: 15, connection: "tcp://[2001:db8::1]:7777" }`,
    `${DOTS}output: { protocol: hanover, connection: "tcp://sign.example.nl:4001" }`,
    `${DOTS}output: { protocol: mobitec }`,
    `${LETTERS}output: { protocol: rtigt047, stop: "49001" }`,
  ])('can be %s', (text) => {
    expect(faults(text)).toEqual([])
  })

  it.each([
    [
      'no protocol',
      `${LETTERS}output: { connection: "tcp://a:1" }`,
      /output.*: .*must name its protocol: alpha, am004/,
    ],
    ['an unknown protocol', `${LETTERS}output: { protocol: beta }`, /must name its protocol/],
    [
      'a connection without a port',
      `${LETTERS}output: { protocol: alpha, connection: "tcp://a" }`,
      /must be tcp:\/\/host:port/,
    ],
    [
      'a connection of another kind',
      `${LETTERS}output: { protocol: alpha, connection: "http://a:1" }`,
      /must be tcp:\/\/host:port/,
    ],
    [
      'a name and password',
      `${LETTERS}output: { protocol: alpha, connection: "tcp://u:p@a:1" }`,
      /must be tcp:\/\/host:port/,
    ],
    [
      'an unknown key',
      `${LETTERS}output: { protocol: alpha, speed: 3 }`,
      /output\.speed: is not a known key/,
    ],
    [
      'a wrong speed',
      `${LETTERS}output: { protocol: alpha, serial: { baud: 1 } }`,
      /output\.serial\.baud: must be bits per second, 300 to 115200/,
    ],
    [
      'a serial line over the network',
      `${LETTERS}output: { protocol: alpha, connection: "tcp://a:1", serial: { baud: 9600 } }`,
      /output\.serial: is for connection serial:/,
    ],
    [
      'letters for a sign of dots',
      `${LETTERS}output: { protocol: hanover }`,
      /output\.protocol: hanover is for pixels/,
    ],
    [
      'dots for a sign of letters',
      `${DOTS}output: { protocol: alpha }`,
      /output\.protocol: alpha is for a panel of characters/,
    ],
    [
      'a height that Hanover has not',
      `${DOTS.replace('16', '19')}output: { protocol: hanover }`,
      /pixels\.height: must be a multiple of 8/,
    ],
    [
      'a width that Mobitec cannot say',
      `${DOTS.replace('96', '208')}output: { protocol: mobitec }`,
      /at most 207 px wide/,
    ],
    [
      'a priority file that is too small',
      `characters: { lines: 1, columns: 20 }\noutput: { protocol: alpha }`,
      /characters\.bytes: must be at most 119 for alpha/,
    ],
    [
      'letters that a sign may not have',
      `characters: { lines: 1, columns: 16, repertoire: latin1 }\noutput: { protocol: am004 }`,
      /characters\.repertoire: must be ascii for am004/,
    ],
    [
      'more columns than a telegram',
      `${GERMAN.replace('16', '20')}output: { protocol: ibis }`,
      /characters\.columns: must be at most 16 for telegram DS009/,
    ],
    [
      'a telegram to nobody',
      `${GERMAN}output: { protocol: ibis, telegram: DS021 }`,
      /output\.address: is needed for telegram DS021/,
    ],
    [
      'a running line on IBIS',
      `${GERMAN.replace(' }', ', scroll: 5 }')}output: { protocol: ibis }`,
      /characters\.scroll: must be left out for ibis/,
    ],
    [
      'more lines than a protocol',
      `${GERMAN.replace('lines: 1', 'lines: 3')}output: { protocol: ibis }`,
      /characters\.lines: must be at most 1 for ibis/,
    ],
    [
      'a message to every display',
      `${LETTERS}output: { protocol: rtigt047 }`,
      /every display of the network/,
    ],
    [
      'a level that would be another topic',
      `${LETTERS}output: { protocol: rtigt047, stop: "a/#" }`,
      /output\.stop: must be 1 to 64 letters/,
    ],
  ])('is refused with %s', (_, text, line) => {
    const found = faults(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(line)
  })

  it('is limited as its protocol is', () => {
    expect(ALPHA_TEXT).toBe(119)
    for (const [telegram, { most, lines }] of Object.entries(IBIS_TELEGRAMS)) {
      // Of two lines, each may be as long as both may be together.
      const columns = lines === 1 ? most : Math.floor((most - 1) / 2)
      const text = (width: number): string =>
        `characters: { lines: ${lines}, columns: ${width}, repertoire: din66003 }\noutput: { protocol: ibis, address: 1, telegram: ${telegram} }`
      expect([telegram, faults(text(columns)), faults(text(columns + 1)).length]).toEqual([telegram, [], 1])
    }
  })
})

describe('a connection', () => {
  it('is a host and port, or a device', () => {
    expect(readConnection('tcp://192.0.2.7:10001')).toEqual({ type: 'tcp', host: '192.0.2.7', port: 10_001 })
    expect(readConnection('tcp://[2001:db8::1]:4001')).toEqual({
      type: 'tcp',
      host: '2001:db8::1',
      port: 4_001,
    })
    expect(readConnection('serial:/dev/serial/by-id/usb-1')).toEqual({
      type: 'serial',
      path: '/dev/serial/by-id/usb-1',
    })
    for (const wrong of [
      '',
      'tcp://',
      'tcp://a:0',
      'tcp://a:99999',
      'tcp://a:1?x',
      'serial:dev',
      'serial:',
      '/dev/tty',
    ])
      expect(readConnection(wrong)).toBeUndefined()
  })
})
