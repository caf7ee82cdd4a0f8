import { describe, expect, test } from 'vitest'
import {
  alertFilter,
  alertTopic,
  drillTopic,
  healthTopic,
  KEYS_TOPIC,
  manifestTopic,
  mediaTopic,
  parseTopic,
  signTopic,
} from './topics.ts'

const digest = 'a'.repeat(64)

describe('topics', () => {
  test('are those of DESIGN §5.8', () => {
    expect(alertTopic('nl-vr09', 'case-1')).toBe('kijkuit/v1/alerts/nl-vr09/case-1')
    expect(alertFilter('nl')).toBe('kijkuit/v1/alerts/nl/+')
    expect(signTopic('utrecht-cs', 'bar-1')).toBe('kijkuit/v1/players/utrecht-cs/signs/bar-1')
  })

  test('that a player listens to are read back into their parts', () => {
    expect(parseTopic(alertTopic('nl', 'case-1'))).toEqual({ type: 'alert', area: 'nl', incident: 'case-1' })
    expect(parseTopic(KEYS_TOPIC)).toEqual({ type: 'keys' })
    expect(parseTopic(manifestTopic('nl-vr09'))).toEqual({ type: 'manifest', area: 'nl-vr09' })
    expect(parseTopic(drillTopic('nl-vr09'))).toEqual({ type: 'drill', area: 'nl-vr09' })
    expect(parseTopic(mediaTopic(digest))).toEqual({ type: 'media', sha256: digest })
    expect(parseTopic(healthTopic('utrecht-cs'))).toEqual({ type: 'health', player: 'utrecht-cs' })
  })

  test.each([
    'kijkuit/v2/alerts/nl/case-1',
    'kijkuit/v1/alerts/nl',
    'kijkuit/v1/alerts/NL/case-1',
    'kijkuit/v1/alerts/nl/Case_1',
    'kijkuit/v1/alerts/nl/case-1/more',
    'kijkuit/v1/alerts/nl/',
    'kijkuit/v1/media/abc',
    `kijkuit/v1/media/${digest}/more`,
    `kijkuit/v1/media/${digest}/`,
    'kijkuit/v1/keys/',
    'kijkuit/v1/keys/nl',
    'kijkuit/v1/manifests',
    'kijkuit/v1/manifests/',
    'kijkuit/v1/manifests/nl/case-1',
    'kijkuit/v1/manifests/+',
    'kijkuit/v1/drills/nl/case-1',
    'kijkuit/v1/alerts/nl/case-1/',
    '/kijkuit/v1/keys',
    '/'.repeat(60_000),
    'kijkuit/v1/players/utrecht-cs/presence',
    '',
  ])('%j is none of them', (topic) => {
    expect(parseTopic(topic)).toBeUndefined()
  })
})
