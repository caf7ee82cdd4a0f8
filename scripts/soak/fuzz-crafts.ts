import { MAX_ENVELOPE_BYTES } from '../../display-client/alert/envelope.ts'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import type { Dice } from './soaking.ts'

type Members = Record<string, unknown>

/** Envelopes made by hand, by name. */
export const CRAFTS = {
  'random bytes': (_, dice) => dice.bytes(dice.below(400)),
  'random text': (_, dice) => Buffer.from(babble(dice)),
  'a bomb': (_, dice) => bomb(dice),
  'too large': (bytes, dice) =>
    Buffer.concat([bytes, Buffer.alloc(MAX_ENVELOPE_BYTES + 1 - bytes.length + dice.below(3), 0x20)]),
  'another header': (bytes, dice) => {
    const members = read(bytes)
    const header = { ...decoded(members['protected']), ...dice.pick(HEADERS) }
    const signature = dice.chance(0.3) ? '' : members['signature']
    return written({ ...members, protected: encoded(header), signature })
  },
  'another payload': (bytes, dice) => {
    const members = read(bytes)
    const payload = spoilt(Buffer.from(String(members['payload']), 'base64url'), dice).bytes
    return written({ ...members, payload: payload.toString('base64url') })
  },
  'another signature': (bytes, dice, other) => {
    const members = read(bytes)
    const signature = String(members['signature'])
    const changed = dice.pick([
      () => read(other)['signature'],
      () => '',
      () => `${signature}==`,
      () => signature.toLowerCase(),
      () => Buffer.alloc(64).toString('base64url'),
      () => Buffer.alloc(64, 0xff).toString('base64url'),
      () => dice.bytes(64).toString('base64url'),
      () => dice.bytes(dice.below(200)).toString('base64'),
      () => signature.slice(0, -1) + dice.pick([...'BCDhijxyz-_']),
      () => ` ${signature}`,
    ])()
    return written({ ...members, signature: changed })
  },
  'parts of two': (bytes, dice, other) => {
    const [one, two] = [read(bytes), read(other)]
    const pick = (name: string): unknown => (dice.chance(0.5) ? one : two)[name]
    return written({ payload: pick('payload'), protected: pick('protected'), signature: pick('signature') })
  },
  'another member': (bytes, dice) => {
    const members = read(bytes)
    const name = dice.pick([
      'payload',
      'protected',
      'signature',
      'header',
      'signatures',
      '__proto__',
      'constructor',
      '',
      'toString',
    ])
    const value = dice.pick([
      null,
      0,
      -0,
      1e308,
      true,
      '',
      [],
      {},
      [members],
      { alg: 'none' },
      'x'.repeat(1_000),
    ])
    if (dice.chance(0.2))
      return written(Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)))
    return Buffer.from(JSON.stringify({ ...members, [name]: value }))
  },
  'a member twice': (bytes, dice, other) => {
    const text = bytes.toString()
    const name = dice.pick(['payload', 'protected', 'signature'])
    const value = JSON.stringify(dice.chance(0.5) ? read(other)[name] : 'x')
    return Buffer.from(
      dice.chance(0.5)
        ? text.replace('{', `{"${name}":${value},`)
        : text.replace(/}$/, `,"${name}":${value}}`),
    )
  },
  'another encoding': (bytes, dice) =>
    dice.pick([
      () => Buffer.concat([Buffer.from('\ufeff'), bytes]),
      () => Buffer.from(bytes.toString(), 'utf16le'),
      () => Buffer.from(JSON.stringify(bytes.toString())),
      () => Buffer.from(`[${bytes.toString()}]`),
      () => Buffer.concat([bytes, bytes]),
      () => Buffer.concat([Buffer.from(' \n\t'), bytes, Buffer.from('\n')]),
      () => Buffer.from(Object.values(read(bytes)).join('.')),
      () => Buffer.from(bytes.toString().replaceAll('"', "'")),
    ])(),
} satisfies Record<string, (bytes: Buffer, dice: Dice, other: Buffer) => Buffer>

const OWN_KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }

/** What a header may not say; what is undefined is left out. */
const HEADERS: readonly Members[] = [
  ...[
    'none',
    'None',
    'HS256',
    'ES256',
    'RS256',
    'PS256',
    'Ed25519',
    'EdDSA ',
    '',
    null,
    ['EdDSA'],
    undefined,
  ].map((alg) => ({ alg })),
  ...['JWT', 'alert', 'ALERT+JWS', 'manifest+jws', 'keyring+jws', 'alert+jws', null, undefined, 5].map(
    (typ) => ({ typ }),
  ),
  ...[
    '__proto__',
    'constructor',
    'toString',
    'nobody',
    '',
    null,
    undefined,
    7,
    ['test-1'],
    { kid: 'test-1' },
    '../test-1',
    'test-1\0',
    'x'.repeat(5_000),
  ].map((kid) => ({ kid })),
  { jwk: OWN_KEY },
  { jku: 'https://example.org/keys' },
  { x5u: 'https://example.org/chain' },
  { x5c: ['AAAA'] },
  { crit: ['b64'], b64: false },
  { crit: ['exp'], exp: 0 },
  { crit: [] },
  { b64: true },
  { zip: 'DEF' },
  { cty: 'JWT' },
  { ['__proto__']: { alg: 'EdDSA' } },
]

/** The members of an envelope. @throws when it is no JSON */
export function read(bytes: Buffer): Members {
  return JSON.parse(bytes.toString())
}

function written(members: Members): Buffer {
  return Buffer.from(JSON.stringify(members))
}

function encoded(value: Members): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decoded(text: unknown): Members {
  return JSON.parse(Buffer.from(String(text), 'base64url').toString())
}
