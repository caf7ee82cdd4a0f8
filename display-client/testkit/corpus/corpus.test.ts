import { expect, test } from 'vitest'
import { KINDS } from '../../alert/model.ts'
import { corpus, GOLDEN, nameOf } from './corpus.ts'

const alerts = corpus()

test('has at least 200 alerts, each with a name of its own, and the same each time', () => {
  expect(alerts.length).toBeGreaterThanOrEqual(200)
  expect(new Set(alerts.map(nameOf)).size).toBe(alerts.length)
  expect(corpus()).toEqual(alerts)
  expect(alerts.map(nameOf)).toEqual(expect.arrayContaining([...GOLDEN]))
})

test('is varied: every kind, language, field and shape is in it more than once', () => {
  const count = (is: (alert: (typeof alerts)[number]) => unknown): number =>
    alerts.filter((alert) => is(alert)).length
  const speaks = ({ info }: (typeof alerts)[number]): string => info.map((one) => one.language).join()
  for (const kind of KINDS) expect([kind, count((one) => one.kind === kind)]).not.toEqual([kind, 0])
  for (const language of ['nl', 'en', 'nl,en', 'en-US', 'de'])
    expect([language, count((one) => speaks(one) === language)]).not.toEqual([language, 0])
  const shapes = {
    photo: count((one) => one.media.length > 0),
    'no photo': count((one) => one.media.length === 0),
    plate: count((one) => one.vehicle?.plate),
    'car without a plate': count((one) => one.vehicle && !one.vehicle.plate),
    suspect: count((one) => one.suspect),
    'several numbers': count((one) => one.call.length > 1),
    'no number': count((one) => one.call.length === 0),
    'texts by the issuer': count((one) => Object.keys(one.short).length > 0),
    'two languages in one text': count((one) => one.info[0]?.description?.match(/\*\*\*|###/)),
    'no subject': count((one) => !one.subject),
    test: count((one) => one.status === 'Test'),
    'letters beyond Latin-1': count((one) => /[^\u0000-\u00ff’]/.test(one.subject?.name ?? '')),
    'headline alone': count(({ info: [one] }) => one?.headline && !one.description && !one.instruction),
  }
  for (const [shape, often] of Object.entries(shapes)) expect([shape, often > 2]).toEqual([shape, true])
})
