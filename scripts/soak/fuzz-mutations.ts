import type { Dice } from './soaking.ts'

/** Bytes of which most have a meaning in JSON, YAML, HTTP or UTF-8. */
const TELLING = Buffer.from('{}[]",:\\/\0\n\r\t -+.eE019_=&*!|>%@`#~\xff\xc0\x80\xed\xf4', 'latin1')

/** Ways to spoil bytes, by name. Each gives other bytes than it gets, or happens to give the same. */
const WAYS: Readonly<Record<string, (bytes: Buffer, dice: Dice) => Buffer>> = {
  'a bit flipped': (bytes, dice) => {
    const at = dice.below(bytes.length)
    return replaced(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << dice.below(8))]))
  },
  'a byte replaced': (bytes, dice) => replaced(bytes, dice.below(bytes.length), 1, telling(dice, 1)),
  'bytes put in': (bytes, dice) =>
    replaced(bytes, dice.below(bytes.length), 0, telling(dice, 1 + dice.below(9))),
  'bytes left out': (bytes, dice) =>
    replaced(bytes, dice.below(bytes.length), 1 + dice.below(40), Buffer.alloc(0)),
  'cut short': (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
  'a part said twice': (bytes, dice) => {
    const at = dice.below(bytes.length)
    return replaced(bytes, at, 0, bytes.subarray(at, at + 1 + dice.below(80)))
  },
  'wrong UTF-8': (bytes, dice) =>
    replaced(
      bytes,
      dice.below(bytes.length),
      1,
      dice.pick(
        ['c3', '80', 'eda080', 'f4908080', 'c0af', 'efbfbf', 'ff'].map((hex) => Buffer.from(hex, 'hex')),
      ),
    ),
  'a huge number': (bytes, dice) => {
    const at = bytes.toString('latin1').search(/[0-9]/)
    const number = dice.pick([
      '1e999',
      '-1e999',
      '9'.repeat(400),
      '0.0000000001',
      '-0',
      '1e-999',
      '0x10',
      '1_000',
    ])
    return replaced(bytes, Math.max(0, at), 1, Buffer.from(number))
  },
  'a bomb put in': (bytes, dice) => replaced(bytes, dice.below(bytes.length), 0, bomb(dice)),
}

/** Spoils `bytes` in one to three ways. @returns which, and what came of it */
export function spoilt(bytes: Uint8Array, dice: Dice): { readonly kind: string; readonly bytes: Buffer } {
  let result: Buffer = Buffer.from(bytes)
  let kind = ''
  const times = dice.chance(0.7) ? 1 : 2 + dice.below(2)
  for (let time = 0; time < times && result.length > 0; time += 1) {
    kind = dice.pick(Object.keys(WAYS))
    result = WAYS[kind]?.(result, dice) ?? result
  }
  return { kind, bytes: result }
}

/** Deep or wide JSON or YAML, some kilobytes. */
export function bomb(dice: Dice): Buffer {
  const size = 10 ** (1 + dice.below(4))
  const text = dice.pick([
    () => '['.repeat(size),
    () => `${'['.repeat(size)}${']'.repeat(size)}`,
    () => `${'{"a":'.repeat(size)}1${'}'.repeat(size)}`,
    () => `{${Array.from({ length: size }, (_, index) => `"k${index}":0`).join(',')}}`,
    () => `[${'"x",'.repeat(size)}0]`,
    () => `"${'\\u0000'.repeat(size)}"`,
    () => `"${'x'.repeat(size * 10)}"`,
    () => '9'.repeat(size * 10),
    () => `{"__proto__":{"x":${'['.repeat(size)}`,
    () => `${'- '.repeat(Math.min(size, 2_000))}x`,
    () => 'a: &a [x]\nb: [*a, *a, *a, *a]\n'.repeat(Math.min(size, 100)),
  ])()
  return Buffer.from(text)
}

/** Text that looks like something, of up to some hundred characters. */
export function babble(dice: Dice): string {
  const words = [
    'kijkuit',
    'v1',
    'alerts',
    '..',
    '/',
    '%2e%2e',
    '\0',
    '\u202e',
    '\ud800',
    'é',
    '+',
    '#',
    '$SYS',
    '{',
    '"',
    '💥',
    '\r\n',
    ' ',
    'nl',
    '-',
    'x'.repeat(70),
  ]
  return Array.from({ length: dice.below(14) }, () => dice.pick(words)).join(dice.pick(['', '/', ' ']))
}

function telling(dice: Dice, length: number): Buffer {
  if (dice.chance(0.3)) return dice.bytes(length)
  return Buffer.from(Array.from({ length }, () => TELLING[dice.below(TELLING.length)] ?? 0))
}

function replaced(bytes: Buffer, at: number, length: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
}
