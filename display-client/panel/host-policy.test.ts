import { describe, expect, test } from 'vitest'
import { type HostReport, hostVerdict, turnAt, turnsOf } from './policy.ts'
import { PanelProfileSchema } from './profile.ts'

const pixels = { width: 800, height: 600, pitch: 0.3 }
const profile = (changes: object) =>
  PanelProfileSchema.safeParse({
    ...{ schema: 'kijkuit-panel/1', title: 'ATM', pixels, viewingDistance: 1.5 },
    ...changes,
  })

describe('the host of a panel', () => {
  const host = { silence: 60, untouched: 30 }
  const idle = (since: number, at = since) => ({ idle: true, since, at })
  const busy = (at: number) => ({ idle: false, since: at, at })
  test.each<[string, HostReport, number, string, number | undefined]>([
    ['has said nothing yet', {}, 0, 'unheard', undefined],
    ['has said nothing yet, and was touched', { touchedAt: 0 }, 100_000, 'unheard', undefined],
    ['is idle', { said: idle(1_000) }, 2_000, 'idle', 61_000],
    ['is busy', { said: busy(1_000) }, 2_000, 'busy', undefined],
    ['was busy long ago', { said: busy(1_000) }, 1e9, 'busy', undefined],
    ['has gone silent', { said: idle(1_000) }, 61_000, 'silent', undefined],
    ['goes on saying that it is idle', { said: idle(1_000, 50_000) }, 61_000, 'idle', 110_000],
    ['was touched', { said: idle(1_000), touchedAt: 2_000 }, 2_000, 'touched', 32_000],
    [
      'goes on saying idle after a touch',
      { said: idle(0, 3_000), touchedAt: 2_000 },
      3_000,
      'touched',
      32_000,
    ],
    [
      'was busy after a touch, and is idle again',
      { said: idle(9_000), touchedAt: 2_000 },
      9_000,
      'idle',
      69_000,
    ],
    ['was touched long ago', { said: idle(1_000, 31_000), touchedAt: 2_000 }, 32_000, 'idle', 91_000],
    ['was touched, and goes silent', { said: idle(1_000), touchedAt: 55_000 }, 56_000, 'touched', 61_000],
    ['is busy and touched', { said: busy(3_000), touchedAt: 2_000 }, 90_000, 'busy', undefined],
  ])('%s', (_what, report, now, verdict, next) => {
    expect(hostVerdict({ host }, report, now)).toEqual({ verdict, next })
  })

  test('has a minute of silence and a minute without touch when its profile says nothing', () => {
    expect(hostVerdict({ host: undefined }, { said: idle(0), touchedAt: 1 }, 1)).toEqual({
      verdict: 'touched',
      next: 60_000,
    })
  })
})

describe('the turns of a panel that shares its time', () => {
  test.each<[string, number, string[], 'amber' | 'public-warning', number, object | undefined]>([
    ['shares with nothing', 1, [], 'amber', 30_000, undefined],
    ['half', 0.5, [], 'amber', 30_000, { alert: 30_000, host: 30_000 }],
    ['a quarter', 0.25, [], 'amber', 30_000, { alert: 30_000, host: 90_000 }],
    ['a short round', 0.5, [], 'amber', 1_000, { alert: 8_000, host: 8_000 }],
    ['almost all', 0.8, [], 'amber', 1_000, { alert: 32_000, host: 8_000 }],
    ['a kind that never shares', 0.5, ['public-warning'], 'public-warning', 30_000, undefined],
    ['another kind', 0.5, ['public-warning'], 'amber', 10_000, { alert: 10_000, host: 10_000 }],
  ])('%s', (_what, share, unshared, kind, round, turns) => {
    const panel = profile({ share, unshared })
    if (!panel.success && share < 1) throw new Error(panel.error.message)
    expect(turnsOf({ share, unshared: unshared as never }, kind, round)).toEqual(turns)
  })

  test('never give the alert less than its share, whatever the share and the round', () => {
    for (let percent = 1; percent < 100; percent += 1)
      for (const round of [0, 7_999, 8_001, 33_333, 600_000]) {
        const turns = turnsOf({ share: percent / 100, unshared: [] }, 'amber', round)
        if (turns === undefined) throw new Error('it shares')
        expect(turns.alert).toBeGreaterThanOrEqual(Math.max(round, 8_000))
        expect(turns.host).toBeGreaterThanOrEqual(8_000)
        expect(turns.alert / (turns.alert + turns.host)).toBeGreaterThanOrEqual(percent / 100 - 1e-12)
      }
  })

  test.each([
    [0, true, 130],
    [129, true, 130],
    [100, true, 130],
    [130, false, 150],
    [149, false, 150],
    [150, true, 180],
    [1_000, true, 1_030],
  ])('at %i', (now, isAlert, next) => {
    expect(turnAt({ alert: 30, host: 20 }, 100, Math.max(now, 100))).toEqual({ isAlert, next })
  })
})

describe('the profile', () => {
  test.each<[object, string, string]>([
    [{ idle: { type: 'video' } }, 'idle.type', 'must have type black, clock, images, page or hidden'],
    [
      { idle: { type: 'page' } },
      'idle.url',
      'must be the address of a page, http://… or https://…, without a name or password',
    ],
    [
      { idle: { type: 'page', url: 'javascript:alert(1)' } },
      'idle.url',
      'must be the address of a page, http://… or https://…, without a name or password',
    ],
    [
      { idle: { type: 'page', url: 'https://u:p@x.nl' } },
      'idle.url',
      'must be the address of a page, http://… or https://…, without a name or password',
    ],
    [
      { idle: { type: 'images', folder: 'x', seconds: 1 } },
      'idle.seconds',
      'must be the time of each image in seconds, 4 to 86400',
    ],
    [
      { idle: { type: 'clock', timeZone: 'Utrecht' } },
      'idle.timeZone',
      'must be a time zone such as Europe/Amsterdam',
    ],
    [
      { idle: { type: 'hidden' }, takeover: 'side', zone: { x: 0, y: 0, width: 9, height: 9 } },
      'idle',
      'hidden needs takeover full: beside a zone the hidden window would still cover what is behind it',
    ],
    [
      { pixels: { ...pixels, font: 'led' }, idle: { type: 'clock' } },
      'idle',
      'belongs to a screen (pixels.font: outline); between alerts a sign shows what its controller sends',
    ],
    [
      { pixels: { ...pixels, font: 'led' }, share: 0.5 },
      'share',
      'belongs to a screen (pixels.font: outline); the controller of a sign shares its time itself',
    ],
    [{ share: 0 }, 'share', 'must be more than 0'],
    [{ unshared: ['amber'] }, 'unshared', 'needs a share below 1; nothing is shared now'],
    [
      { host: { file: 'x' } },
      'host',
      'needs onlyIdle: true; without that an alert does not ask whether the host is idle',
    ],
    [
      { onlyIdle: true, host: { silence: 1 } },
      'host.silence',
      'must be the longest silence of the host in seconds, 5 to 86400',
    ],
  ])('refuses %j', (changes, path, message) => {
    const issues = profile(changes).error?.issues.map((one) => [one.path.join('.'), one.message])
    expect(issues).toContainEqual([path, message])
  })

  test('takes each kind of idle content', () => {
    for (const idle of [
      { type: 'black' },
      { type: 'clock' },
      { type: 'images', folder: 'pictures' },
      { type: 'page', url: 'http://cms.local/loop', fallback: 'clock' },
      { type: 'hidden' },
    ])
      expect(profile({ idle }).data?.idle).toMatchObject(idle)
  })
})
