import { toCapTime } from '../../alert/cap-time.ts'
import type { AlertInput } from '../../alert/model.ts'
import type { Dice } from '../dice.ts'
import { TEST_TIME } from '../test-clock.ts'
import {
  ADVICE,
  CARS,
  CLOTHES,
  COLOURS,
  FOREIGN_NAMES,
  LOOKS,
  NAMES,
  NUMBERS,
  PLACES,
  PLATES,
  SENDERS,
  WARNINGS,
} from './words.ts'

/** A small grammar of alerts: each of these makes one kind of message, with whatever facts the dice leave in. */

type Pair = readonly [nl: string, en: string]
type Languages = 'nl' | 'en' | 'both'
type InfoInput = NonNullable<AlertInput['info']>[number]

const MINUTE = 60_000

/** What all alerts have. */
export function frame(name: string, kind: AlertInput['kind'], changes: Partial<AlertInput>): AlertInput {
  return {
    schema: 'kijkuit-alert/1',
    identifier: `corpus-${name}`,
    sender: 'politie@example.org',
    sent: toCapTime(TEST_TIME),
    status: 'Actual',
    msgType: 'Alert',
    scope: 'Public',
    incident: `corpus-${name}`,
    revision: 1,
    kind,
    expires: toCapTime(TEST_TIME + 120 * MINUTE),
    info: [],
    ...changes,
  }
}

/** An info block; what is empty is left out. */
export function infoIn(language: string, event: string, texts: Partial<InfoInput>): InfoInput {
  return {
    language,
    category: ['Rescue'],
    event,
    urgency: 'Immediate',
    severity: 'Extreme',
    certainty: 'Likely',
    ...texts,
  }
}

const KIND_NAMES = {
  amber: ['AMBER Alert', 'AMBER Alert'],
  'missing-child': ['Vermist Kind Alert', 'Missing Child Alert'],
  'missing-person': ['Vermist', 'Missing'],
  community: ['Burgernet', 'Burgernet'],
  'public-warning': ['NL-Alert', 'NL-Alert'],
  drill: ['Oefening', 'Exercise'],
} as const satisfies Record<AlertInput['kind'], Pair>

const PERSONAL = ['amber', 'amber', 'amber', 'missing-child', 'missing-child', 'missing-person'] as const

/** An alert of its own making, number `index`. The same dice make the same alert. */
export function generatedAlert(dice: Dice, index: number): AlertInput {
  const name = `generated-${index}`
  const make = dice.pick([person, person, person, person, freeText, nlAlert, burgernet, headlineOnly])
  const alert = make(dice, name)
  const tested = dice.chance(0.08) ? { status: dice.pick(['Test', 'Exercise'] as const) } : {}
  return { ...alert, ...tested }
}

/** Everything in fields of its own; any of them may be missing. */
function person(dice: Dice, name: string): AlertInput {
  const kind = dice.pick(PERSONAL)
  const speaks = dice.pick<Languages>(['nl', 'nl', 'both', 'both', 'en'])
  const who = dice.chance(0.04) ? dice.pick(FOREIGN_NAMES) : dice.pick(NAMES)
  const age = dice.between(0, kind === 'missing-person' ? 96 : 17)
  const place = dice.pick(PLACES)
  const sender = dice.pick(SENDERS)
  const advice: Pair = [`Ziet u ${who}? Bel direct.`, `Have you seen ${who}? Call at once.`]
  const says = (at: 0 | 1): Partial<InfoInput> => ({
    ...(dice.chance(0.9) ? { senderName: sender[at] } : {}),
    headline: at === 0 ? `${who} (${age}) vermist in ${place[0]}` : `${who} (${age}) missing in ${place[1]}`,
    ...(dice.chance(0.8)
      ? { description: at === 0 ? story(who, age, place[0]) : storyInEnglish(who, age, place[1]) }
      : {}),
    ...(dice.chance(0.7) ? { instruction: advice[at] } : {}),
  })
  const said = (pair: Pair): Record<string, string> =>
    speaks === 'both' ? { nl: pair[0], en: pair[1] } : speaks === 'nl' ? { nl: pair[0] } : { en: pair[1] }
  const some = <Value>(share: number, field: string, value: Value): Record<string, Value> =>
    dice.chance(share) ? { [field]: value } : {}
  return frame(name, kind, {
    info: infos(speaks, KIND_NAMES[kind], says),
    ...(dice.chance(0.92)
      ? {
          subject: {
            ...some(0.92, 'name', who),
            ...some(0.9, 'age', age),
            ...some(0.8, 'sex', dice.pick(['female', 'male', 'other'] as const)),
            ...some(0.6, 'looks', said(dice.pick(LOOKS))),
            ...some(0.6, 'clothes', said(dice.pick(CLOTHES))),
          },
        }
      : {}),
    ...(dice.chance(kind === 'amber' ? 0.8 : 0.3) ? { vehicle: car(dice, said) } : {}),
    ...(dice.chance(kind === 'amber' ? 0.4 : 0.05)
      ? {
          suspect: {
            ...some(0.3, 'name', dice.pick(NAMES)),
            ...some(0.7, 'age', dice.between(18, 70)),
            ...some(0.9, 'sex', dice.pick(['female', 'male'] as const)),
            ...some(0.6, 'looks', said(dice.pick(LOOKS))),
          },
        }
      : {}),
    ...(dice.chance(0.8)
      ? {
          place: {
            description: said(place),
            ...some(0.7, 'time', toCapTime(TEST_TIME - dice.between(5, 3_000) * MINUTE)),
          },
        }
      : {}),
    call: numbers(dice, 0.9),
    ...(dice.chance(0.6) ? { media: [photo(dice)] } : {}),
    ...(dice.chance(0.12) ? { short: { nl: shortTexts(dice, who) } } : {}),
  })
}

function infos(
  speaks: Languages,
  event: Pair,
  says: (at: 0 | 1) => Partial<InfoInput>,
): NonNullable<AlertInput['info']> {
  return [
    ...(speaks === 'en' ? [] : [infoIn('nl', event[0], says(0))]),
    ...(speaks === 'nl' ? [] : [infoIn('en', event[1], says(1))]),
  ]
}

function car(dice: Dice, said: (pair: Pair) => Record<string, string>): AlertInput['vehicle'] {
  const [make, model] = dice.pick(CARS)
  const [plate, country] = dice.pick(PLATES)
  return {
    ...(dice.chance(0.9) ? { make } : {}),
    ...(dice.chance(0.7) ? { model } : {}),
    ...(dice.chance(0.85) ? { colour: said(dice.pick(COLOURS)) } : {}),
    ...(dice.chance(0.75) ? { plate, country } : {}),
  }
}

function numbers(dice: Dice, share: number): string[] {
  if (!dice.chance(share)) return []
  const first = dice.pick(NUMBERS)
  const second = dice.pick(NUMBERS)
  return dice.chance(0.35) && second !== first ? [first, second] : [first]
}

function photo(dice: Dice): NonNullable<AlertInput['media']>[number] {
  const width = dice.between(200, 2_400)
  const height = Math.round(width * dice.pick([0.75, 1, 1.33, 1.5]))
  const face = { width: Math.round(width * 0.4), height: Math.round(height * 0.4) }
  const focus = { x: Math.round(width * 0.3), y: Math.round(height * 0.1), ...face }
  return {
    sha256: dice.bytes(32).toString('hex'),
    mimeType: 'image/jpeg',
    width,
    height,
    role: 'subject',
    ...(dice.chance(0.7) ? { focus } : {}),
  }
}

function shortTexts(dice: Dice, who: string): { line90?: string; line360?: string; panels?: string[] } {
  const call = dice.pick(NUMBERS)
  const line = `VERMIST: ${who}. Gezien? Bel ${call}`
  return {
    ...(dice.chance(0.8) ? { line90: line.slice(0, 90).trim() } : {}),
    ...(dice.chance(0.4) ? { line360: `${line}. ${dice.pick(CLOTHES)[0]}. ${dice.pick(LOOKS)[0]}.` } : {}),
    ...(dice.chance(0.6) ? { panels: ['VERMIST KIND', `BEL ${call}`] } : {}),
  }
}

function story(who: string, age: number, place: string): string {
  return `De politie zoekt ${who} van ${age} jaar. Het kind is voor het laatst gezien bij ${place}. Er zijn grote zorgen.`
}

function storyInEnglish(who: string, age: number, place: string): string {
  return `The police are looking for ${who}, aged ${age}. The child was last seen at ${place}. There is serious concern.`
}

/** As CAP's own AMBER sample: a headline, and everything else in one text. */
function freeText(dice: Dice, name: string): AlertInput {
  const who = dice.pick(NAMES)
  const [make, model] = dice.pick(CARS)
  const [plate] = dice.pick(PLATES)
  const place = dice.pick(PLACES)
  const text =
    `DATE/TIME: ${dice.between(1, 28)} NOV, ${dice.between(0, 23)}:30. VICTIM(S): ${who.toUpperCase()}. ` +
    `LAST SEEN: ${place[1]}. SUSPECT(S): ${dice.chance(0.5) ? dice.pick(NAMES) : 'unknown'}, ${dice.pick(LOOKS)[1]}. ` +
    `VEHICLE: ${dice.pick(COLOURS)[1]} ${make} ${model}, licence ${plate}.`
  return frame(name, dice.chance(0.8) ? 'amber' : 'missing-child', {
    info: [
      infoIn('en-US', 'Child Abduction', {
        headline: 'AMBER ALERT',
        description: text,
        ...(dice.chance(0.5) ? { instruction: dice.pick(ADVICE)[1] } : {}),
        ...(dice.chance(0.6) ? { senderName: dice.pick(SENDERS)[1] } : {}),
      }),
    ],
    call: numbers(dice, 0.5),
    ...(dice.chance(0.3) ? { media: [photo(dice)] } : {}),
  })
}

/** Dutch and English in one text with `***` between them. */
function nlAlert(dice: Dice, name: string): AlertInput {
  const warning = dice.pick(WARNINGS)
  const advice = Array.from({ length: dice.between(1, 6) }, () => dice.pick(ADVICE))
  const divider = dice.pick([' *** ', '***', ' ### '])
  const said = (at: 0 | 1): string => advice.map((one) => one[at]).join(' ')
  const text = `NL-Alert ${dice.between(1, 28)}-11-2026 ${dice.between(10, 23)}:05: ${warning[0]}. ${said(0)}`
  return frame(name, 'public-warning', {
    info: [
      infoIn('nl', 'NL-Alert', {
        category: ['Safety'],
        ...(dice.chance(0.6) ? { headline: warning[0] } : {}),
        description: dice.chance(0.75) ? `${text}${divider}${warning[1]}. ${said(1)}` : text,
        ...(dice.chance(0.5) ? { instruction: dice.pick(ADVICE)[0] } : {}),
        ...(dice.chance(0.8) ? { senderName: dice.pick(SENDERS)[0] } : {}),
      }),
    ],
    call: numbers(dice, 0.2),
  })
}

/** A short text in the tone of Burgernet; on Burgernet's own kind, or for somebody missing. */
function burgernet(dice: Dice, name: string): AlertInput {
  const place = dice.pick(PLACES)
  const [make, model] = dice.pick(CARS)
  const text = dice.pick([
    `Wij zoeken een ${dice.pick(COLOURS)[0]} ${make} ${model} in de omgeving van ${place[0]}.`,
    `Uitkijken naar man, ${dice.pick(LOOKS)[0]}, ${dice.pick(CLOTHES)[0]}, weggelopen bij ${place[0]}.`,
    `Vermist: ${dice.pick(NAMES)}, ${dice.pick(CLOTHES)[0]}.`,
  ])
  return frame(name, dice.pick(['community', 'community', 'missing-person'] as const), {
    info: [
      infoIn('nl', 'Burgernet', {
        headline: `Burgernet ${place[0]}`,
        description: `${text} Ziet u iets? Benader de persoon niet zelf.`,
        senderName: 'Burgernet',
      }),
    ],
    call: numbers(dice, 0.9),
  })
}

/** As short as an alert can be. */
function headlineOnly(dice: Dice, name: string): AlertInput {
  const kind = dice.pick(['amber', 'missing-child', 'missing-person', 'public-warning', 'community'] as const)
  const texts = dice.pick<Partial<InfoInput>>([
    {},
    { headline: 'Vermist' },
    { headline: `${dice.pick(NAMES)} vermist` },
    { description: 'Kijk uit.' },
    { headline: dice.pick(WARNINGS)[0], senderName: dice.pick(SENDERS)[0] },
  ])
  return frame(name, kind, {
    info: [infoIn(dice.pick(['nl', 'nl', 'en', 'de']), KIND_NAMES[kind][0], texts)],
    call: numbers(dice, 0.4),
  })
}
