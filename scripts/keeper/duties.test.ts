import { describe, expect, test } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { alertTopic, mediaTopic } from '../../display-client/player/topics.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'
import { duties, type Holding, standingOf, unjudged } from './duties.ts'
import { type Entry, type Judging, placeOf, type Roll } from './roll.ts'

const HOUR = 3_600_000
const TOPIC = alertTopic('nl', 'case-1')
const PHOTO = 'f'.repeat(64)
const [SENDER, OTHER] = ['politie@example.org', 'brandweer@example.org']

const ENTRY: Entry = {
  ...{ area: 'nl', sender: SENDER, incident: 'case-1', revision: 2, sha256: 'two', kid: 'key-1' },
  ...{ photos: [PHOTO], isHearsay: false },
  ...{ expires: TEST_TIME + HOUR, until: TEST_TIME + HOUR, ended: false },
}
const END: Entry = { ...ENTRY, revision: 3, sha256: 'end', until: 0, ended: true }

const HOLDING: Holding = {
  ...{ sha256: 'two', standing: 'believed', revision: 2, expires: TEST_TIME + HOUR },
  ...{ owners: [SENDER], isEnd: false, isTest: false },
}

const rollOf = (...entries: readonly Entry[]): Roll => new Map(entries.map((one) => [placeOf(one), one]))
const now = (later = 0, revoked?: string): Judging => {
  return { now: TEST_TIME + later, isRevoked: (kid) => kid === revoked }
}

/** `restore` or `clear`, by what is retained on the alert topic. */
function done(entry: Entry, holding: Partial<Holding> | undefined, judging = now()): readonly string[] {
  const holdings = new Map(holding === undefined ? [] : [[TOPIC, { ...HOLDING, ...holding }]])
  const envelopes = new Set(['two', 'end'])
  return duties(rollOf(entry), holdings, envelopes, judging).flatMap(({ type, topic }) =>
    topic === TOPIC ? [type] : [],
  )
}

describe('what is to be done on a broker', () => {
  test.each<[what: string, entry: Entry, holding: Partial<Holding> | undefined, duty: readonly string[]]>([
    ['nothing where the alert is', ENTRY, {}, []],
    ['nothing where a newer one is that the roll does not have yet', ENTRY, { revision: 3 }, []],
    ['the alert where nothing is', ENTRY, undefined, ['restore']],
    ['the alert where an older one is', ENTRY, { revision: 1 }, ['restore']],
    ['the alert where something worthless is', ENTRY, { standing: 'refused' }, ['restore']],
    ['nothing where something is that others may know better', ENTRY, { standing: 'unjudged' }, []],
    ['nothing where the end is', END, { isEnd: true, revision: 3 }, []],
    ['the end where nothing is', END, undefined, ['restore']],
    ['the end where the alert is, whatever its revision', END, { revision: 9 }, ['restore']],
    ['the end where the alert is that came after it', END, { standing: 'refused' }, ['restore']],
  ])('%s', (_what, entry, holding, duty) => {
    expect(done(entry, holding)).toEqual(duty)
  })

  test('a ghost is cleared when its end is not at hand', () => {
    const lost = { ...END, sha256: 'not at hand' }
    expect(done(lost, {})).toEqual(['clear'])
    expect(done(lost, undefined)).toEqual([])
  })

  test('an alert is put back until its end, and cleared two minutes after it', () => {
    expect(done(ENTRY, undefined, now(HOUR - 1))).toEqual(['restore'])
    expect(done(ENTRY, undefined, now(HOUR))).toEqual([])
    expect(done(ENTRY, {}, now(HOUR + 119_999))).toEqual([])
    expect(done(ENTRY, {}, now(HOUR + 120_000))).toEqual(['clear'])
    expect(done(ENTRY, { standing: 'unjudged' }, now(2 * HOUR))).toEqual([])
  })

  test('an end is kept until the alert would have been over, and cleared then', () => {
    expect(done(END, undefined, now(HOUR + 119_999))).toEqual(['restore'])
    expect(done(END, { isEnd: true }, now(HOUR + 119_999))).toEqual([])
    expect(done(END, { isEnd: true }, now(HOUR + 120_000))).toEqual(['clear'])
  })

  test('what a revoked key has signed is cleared', () => {
    expect(done(ENTRY, {}, now(0, 'key-1'))).toEqual(['clear'])
  })

  test('what is over and was never on the roll is cleared', () => {
    const holdings = new Map([[TOPIC, HOLDING]])
    const clear = [{ type: 'clear', topic: TOPIC }]
    expect(duties(new Map(), holdings, new Set(), now(HOUR))).toEqual([])
    expect(duties(new Map(), holdings, new Set(), now(HOUR + 120_000))).toEqual(clear)
  })

  test('photos of what has ended are cleared, unless something that is live has them too', () => {
    const clear = { type: 'clear', topic: mediaTopic(PHOTO) }
    const other: Entry = { ...ENTRY, incident: 'case-2' }
    const judged = (...entries: readonly Entry[]) => duties(rollOf(...entries), new Map(), new Set(), now())
    expect(judged(END)).toEqual([clear])
    expect(judged(ENTRY)).toEqual([])
    expect(judged(END, other)).toEqual([])
  })
})

describe('what is to be done on a topic that two senders share', () => {
  const ANOTHER: Entry = { ...ENTRY, sender: OTHER, sha256: 'other', kid: 'key-2', photos: [] }
  const ANOTHERS_END: Entry = { ...ANOTHER, sha256: 'other end', until: 0, ended: true }
  const ALL = new Set(['two', 'end', 'other', 'other end'])
  const doneFor = (
    entries: readonly Entry[],
    holding: Partial<Holding> | undefined,
    judging = now(),
    envelopes = ALL,
  ): readonly string[] =>
    duties(
      rollOf(...entries),
      new Map(holding === undefined ? [] : [[TOPIC, { ...HOLDING, ...holding }]]),
      envelopes,
      judging,
    ).flatMap((duty) =>
      duty.topic !== TOPIC ? [] : [duty.type === 'restore' ? `restore ${duty.entry.sha256}` : duty.type],
    )
  const others: Partial<Holding> = { owners: [OTHER], sha256: 'other' }

  test('alerts take turns: it is whosoever’s is not there', () => {
    expect(doneFor([ENTRY, ANOTHER], {})).toEqual(['restore other'])
    expect(doneFor([ENTRY, ANOTHER], others)).toEqual(['restore two'])
    expect(doneFor([ENTRY, ANOTHER], undefined)).toEqual(['restore two', 'restore other'])
  })

  test('an alert comes after the end of the other, and is not replaced by it', () => {
    expect(doneFor([ENTRY, ANOTHERS_END], {})).toEqual([])
    expect(doneFor([ENTRY, ANOTHERS_END], undefined)).toEqual(['restore other end', 'restore two'])
    expect(doneFor([ENTRY, ANOTHERS_END], others)).toEqual(['restore other end', 'restore two'])
    expect(doneFor([END, ANOTHERS_END], { isEnd: true })).toEqual([])
  })

  test('nothing is cleared because the other’s is over', () => {
    const later = now(HOUR + 120_000)
    const longer: Entry = { ...ANOTHER, expires: TEST_TIME + 2 * HOUR, until: TEST_TIME + 2 * HOUR }
    expect(doneFor([ENTRY, longer], others, later)).toEqual([])
    expect(doneFor([ENTRY, longer], {}, later)).toEqual(['restore other'])
    expect(doneFor([ENTRY, longer], {}, later, new Set())).toEqual(['clear'])
    expect(doneFor([ENTRY, ANOTHER], {}, later)).toEqual(['clear'])
  })

  test('nothing is done to what others may know better', () => {
    expect(doneFor([ENTRY, ANOTHER], { standing: 'unjudged', owners: [] })).toEqual([])
    expect(doneFor([ENTRY, ANOTHERS_END], { standing: 'unjudged' }, now(2 * HOUR))).toEqual([])
  })
})

describe('what a keeper cannot judge', () => {
  const list = (roll: Roll, holding: Partial<Holding>) =>
    unjudged(roll, [[TOPIC, { ...HOLDING, ...holding }]], 'nl', TEST_TIME, now())

  test('is on the list, as something that nobody need ask for', () => {
    expect(list(new Map(), { standing: 'unjudged' })).toEqual([
      { sender: SENDER, incident: 'case-1', revision: 1, sha256: 'two', expires: toCapTime(TEST_TIME) },
    ])
  })

  test('is so for each sender whose it may be, whatever is known of the others', () => {
    const both = { standing: 'unjudged', owners: [SENDER, OTHER] } as const
    const senders = (roll: Roll) => list(roll, both).map(({ sender }) => sender)
    expect(senders(new Map())).toEqual([SENDER, OTHER])
    expect(senders(rollOf(END))).toEqual([OTHER])
    expect(senders(rollOf(ENTRY))).toEqual([OTHER])
  })

  test('is also what was refused though its time has not come, as a clock that was wrong does', () => {
    expect(list(new Map(), { standing: 'refused' })).toHaveLength(1)
    expect(list(new Map(), { standing: 'refused', expires: TEST_TIME })).toEqual([])
    expect(list(new Map(), { standing: 'refused', expires: undefined })).toEqual([])
  })

  test('is not what the roll knows, nor an end, nor a test, nor what is in another area', () => {
    expect(list(rollOf(ENTRY), { standing: 'unjudged' })).toEqual([])
    expect(list(rollOf(END), { standing: 'unjudged' })).toEqual([])
    expect(list(rollOf({ ...END, area: 'nl-vr09' }), {})).toEqual([])
    expect(list(rollOf({ ...END, sender: '' }), { standing: 'unjudged' })).toEqual([])
    expect(list(new Map(), { standing: 'unjudged', owners: [] })).toEqual([])
    expect(list(new Map(), { isEnd: true })).toEqual([])
    expect(list(new Map(), { isTest: true })).toEqual([])
    expect(unjudged(new Map(), [[TOPIC, HOLDING]], 'nl-vr09', TEST_TIME, now())).toEqual([])
  })
})

test('a message that was refused is worthless only when nobody can ever believe it', () => {
  expect(standingOf(undefined)).toBe('believed')
  for (const code of ['signature-wrong', 'envelope-malformed', 'revision-old', 'incident-ended'] as const)
    expect(standingOf(code)).toBe('refused')
  for (const code of ['key-unknown', 'key-not-valid-now', 'alert-malformed', 'sent-in-future'] as const)
    expect(standingOf(code)).toBe('unjudged')
})
