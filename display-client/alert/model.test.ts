import { describe, expect, it } from 'vitest'
import { plainWords } from '../base/plain-words.ts'
import { amberAlert, type Changes, cancelOf, updateOf } from '../testkit/alerts.ts'
import { AlertSchema } from './model.ts'

const SAMPLE = amberAlert()
const INFO = SAMPLE.info[0]

/** What is wrong with the sample when `changes` are made to it, as `path: message`. */
function faultsOf(changes: Readonly<Record<string, unknown>>): readonly string[] {
  const read = AlertSchema.safeParse({ ...SAMPLE, ...changes }, { error: plainWords })
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

function withInfo(changes: Readonly<Record<string, unknown>>): { info: unknown[] } {
  return { info: [{ ...INFO, ...changes }] }
}

describe('AlertSchema', () => {
  it('takes an Alert, its Update and its Cancel', () => {
    expect(() => cancelOf(updateOf(amberAlert()))).not.toThrow()
  })

  it('is the same after a second reading', () => {
    expect(AlertSchema.parse(SAMPLE)).toEqual(SAMPLE)
  })

  it('fills in what CAP 1.2 says about absent elements: language en-US, no areas, no references', () => {
    const { language: _, ...info } = INFO ?? {}
    const { area, references, ...rest } = SAMPLE
    const read = AlertSchema.parse({ ...rest, info: [info] })
    expect(read).toMatchObject({ area: [], references: [], info: [{ language: 'en-US', responseType: [] }] })
  })

  it('never fills in a number to call', () => {
    const { call, ...rest } = SAMPLE
    expect(AlertSchema.parse(rest).call).toEqual([])
  })

  it('cleans every text: NFC, no invisible characters, one line', () => {
    const read = amberAlert({
      subject: { name: ' Zoe\u0308\u202e  Mu\u0308ller\n', clothes: { nl: 'rode\u200b\tjas' } },
    })
    expect(read.subject).toEqual({ name: 'Zo\u00eb M\u00fcller', clothes: { nl: 'rode jas' } })
  })

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['another schema', { schema: 'kijkuit-alert/2' }, 'schema: must be kijkuit-alert/1'],
    [
      'a space in an identifier',
      { identifier: 'a b' },
      'identifier: must be 1 to 200 characters without spaces, commas, < or & (CAP 1.2 §3.2.1)',
    ],
    [
      'a comma in a sender',
      { sender: 'a,b' },
      'sender: must be 1 to 200 characters without spaces, commas, < or & (CAP 1.2 §3.2.1)',
    ],
    [
      'a time with Z',
      { sent: '2026-11-22T16:00:00Z' },
      'sent: must be a time 2026-11-22T16:49:00+01:00, without Z or fractions (CAP 1.2 §3.3.2)',
    ],
    ['an unknown status', { status: 'Real' }, 'status: must be one of Actual, Exercise, System, Test, Draft'],
    ['an unknown msgType', { msgType: 'alert' }, 'msgType: must be one of Alert, Update, Cancel, Ack, Error'],
    ['an unknown scope', { scope: 'public' }, 'scope: must be one of Public, Restricted, Private'],
    [
      'capitals in the incident, which is a topic level and a file name',
      { incident: 'AMBER-1' },
      'incident: must be 1 to 64 lower-case letters, digits and hyphens',
    ],
    [
      'a path in the incident',
      { incident: '../a' },
      'incident: must be 1 to 64 lower-case letters, digits and hyphens',
    ],
    ['revision 0', { revision: 0 }, 'revision: must be at least 1'],
    ['half a revision', { revision: 1.5 }, 'revision: must be a whole number'],
    [
      'an unknown kind',
      { kind: 'bomb' },
      'kind: must be one of public-warning, amber, missing-child, missing-person, community, drill',
    ],
    ['no information', { info: [] }, 'info: needs at least one block; only a Cancel may have none'],
    [
      'an Update that refers to nothing',
      { msgType: 'Update' },
      'references: must name the messages that this Update is about',
    ],
    [
      'a Cancel that refers to nothing',
      { msgType: 'Cancel', info: [] },
      'references: must name the messages that this Cancel is about',
    ],
    [
      'an end that is the beginning',
      { expires: SAMPLE.sent },
      'expires: must be later than effective (or sent)',
    ],
    [
      'an end before it takes effect',
      { effective: '2026-11-23T00:00:00+00:00' },
      'expires: must be later than effective (or sent)',
    ],
    [
      'a beginning more than 7 days after it was sent',
      { effective: '2026-11-29T16:00:01+00:00', expires: '2026-11-30T16:00:00+00:00' },
      'effective: is more than 7 days after sent; send it later',
    ],
    [
      'purgeAt before it was sent',
      { purgeAt: '2026-11-22T15:59:59+00:00' },
      'purgeAt: must not be before sent',
    ],
    ['a real drill', { kind: 'drill' }, 'kind: drill cannot be Actual; use status Exercise or Test'],
    [
      'a reference to itself',
      { references: [{ sender: SAMPLE.sender, identifier: SAMPLE.identifier, sent: SAMPLE.sent }] },
      'references.0: refers to the message itself',
    ],
    [
      'a reference to the future',
      { references: [{ sender: 'a', identifier: 'b', sent: '2026-11-22T16:00:01+00:00' }] },
      'references.0.sent: is later than sent of this message',
    ],
    ['a field that nobody knows', { colour: 'red' }, ': has a key that is not known'],
    [
      'an empty headline',
      withInfo({ headline: '\u200b ' }),
      'info.0.headline: must not be empty; leave it out instead',
    ],
    [
      'a headline of 401 characters',
      withInfo({ headline: 'x'.repeat(401) }),
      'info.0.headline: is longer than the 400 characters allowed here',
    ],
    ['no category', withInfo({ category: [] }), 'info.0.category: must have at least 1 item'],
    [
      'a language that is no tag',
      withInfo({ language: 'Dutch' }),
      'info.0.language: must be a language tag such as nl or en-US (BCP 47)',
    ],
    [
      'a link that runs code',
      withInfo({ web: 'javascript:alert(1)' }),
      'info.0.web: must be an absolute http(s) address',
    ],
    ['a relative link', withInfo({ web: '/amber' }), 'info.0.web: must be an absolute http(s) address'],
    [
      'an urgency of another standard',
      withInfo({ urgency: 'High' }),
      'info.0.urgency: must be one of Immediate, Expected, Future, Past, Unknown',
    ],
    [
      'a polygon of three points',
      {
        area: [
          {
            areaDesc: 'a',
            polygon: [
              [
                [1, 1],
                [2, 2],
                [1, 1],
              ],
            ],
          },
        ],
      },
      'area.0.polygon.0: needs at least 4 points (CAP 1.2 polygon)',
    ],
    [
      'a polygon that is open',
      {
        area: [
          {
            areaDesc: 'a',
            polygon: [
              [
                [1, 1],
                [2, 2],
                [3, 1],
                [1, 2],
              ],
            ],
          },
        ],
      },
      'area.0.polygon.0: must end with its first point (CAP 1.2 polygon)',
    ],
    [
      'a latitude of 91 degrees',
      { area: [{ areaDesc: 'a', circle: [{ center: [91, 0], radius: 1 }] }] },
      'area.0.circle.0.center.0: must be at most 90',
    ],
    [
      'a position as text',
      { area: [{ areaDesc: 'a', circle: [{ center: '52,5', radius: 1 }] }] },
      'area.0.circle.0.center: must be [latitude, longitude] in degrees',
    ],
    [
      'a negative radius',
      { area: [{ areaDesc: 'a', circle: [{ center: [52, 5], radius: -1 }] }] },
      'area.0.circle.0.radius: must be at least 0',
    ],
    ['an age of -1', { subject: { age: -1 } }, 'subject.age: must be 0 to 130 years'],
    ['half a year', { subject: { age: 8.5 } }, 'subject.age: must be a whole number of years'],
    [
      'clothes in no language',
      { subject: { clothes: {} } },
      'subject.clothes: needs at least one language, e.g. { nl: … }',
    ],
    [
      'clothes in a language that is none',
      { subject: { clothes: { Dutch: 'jas' } } },
      'subject.clothes.Dutch: is not a possible key: must be a language tag such as nl or en-US (BCP 47)',
    ],
    [
      'a plate of 16 characters',
      { vehicle: { plate: '1234567890123456' } },
      'vehicle.plate: must be the plate as written on the car, e.g. 12-ABC-3 (at most 15 characters)',
    ],
    [
      'a country by name',
      { vehicle: { country: 'Nederland' } },
      'vehicle.country: must be a country code such as NL (ISO 3166-1)',
    ],
    [
      'words for a number to call',
      { call: ['bel de politie'] },
      'call.0: must be a telephone number of digits, spaces and hyphens',
    ],
    [
      'media without a digest',
      { media: [{ ...photo(), sha256: 'ABC' }] },
      'media.0.sha256: must be 64 lower-case hex digits',
    ],
    [
      'a drawing',
      { media: [{ ...photo(), mimeType: 'image/svg+xml' }] },
      'media.0.mimeType: must be one of image/jpeg, image/png, image/webp',
    ],
    [
      'a face outside its photo',
      { media: [{ ...photo(), focus: { x: 50, y: 0, width: 51, height: 10 } }] },
      'media.0.focus: reaches outside the picture of 100x80 px',
    ],
    ['bytes that are not base64', { media: [{ ...photo(), data: '???' }] }, 'media.0.data: must be base64'],
    [
      'a short text of 91 characters',
      { short: { nl: { line90: 'x'.repeat(91) } } },
      'short.nl.line90: is longer than the 90 characters allowed here',
    ],
  ]

  it.each(wrong)('refuses %s', (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([fault])
  })

  const right: readonly (readonly [string, Changes])[] = [
    ['112', { call: ['112'] }],
    ['a national and an international number', { call: ['0800-6070', '+31 88 123 45 67'] }],
    ['a plate with a letter outside ASCII', { vehicle: { plate: 'MÜ-AB 123' } }],
    [
      'a photo with the face to keep',
      { media: [{ ...photo(), focus: { x: 50, y: 0, width: 50, height: 80 } }] },
    ],
    ['a drill as Exercise', { kind: 'drill', status: 'Exercise' }],
    ['purgeAt at the moment of sending', { purgeAt: SAMPLE.sent }],
  ]

  it.each(right)('takes %s', (_, changes) => {
    expect(() => amberAlert(changes)).not.toThrow()
  })

  it('blames a wrong time once, not also what is compared with it', () => {
    expect(faultsOf({ expires: 'tomorrow', purgeAt: 'never' })).toHaveLength(2)
    expect(faultsOf({ sent: 'now' })).toEqual([expect.stringMatching(/^sent: /)])
  })
})

function photo() {
  return { sha256: 'a'.repeat(64), mimeType: 'image/jpeg', width: 100, height: 80, role: 'subject' } as const
}
