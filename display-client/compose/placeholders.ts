import { capTime } from '../alert/cap-time.ts'
import type { Alert, Info, Localized, Person } from '../alert/model.ts'
import { plainText } from './plain-text.ts'
import type { Words } from './words.ts'

/** What may stand between braces in a wording, and what it is, for the guide and for faults. */
export const PLACEHOLDERS = {
  'subject.name': 'name of the missing person',
  'subject.age': 'age in whole years',
  'subject.sex': 'meisje, jongen, vrouw, man … (from `people` in templates/words)',
  'subject.looks': 'what the missing person looks like',
  'subject.clothes': 'what the missing person wears',
  'suspect.name': 'name of the suspect',
  'suspect.age': 'age of the suspect in whole years',
  'suspect.sex': 'as subject.sex',
  'suspect.looks': 'what the suspect looks like',
  'suspect.clothes': 'what the suspect wears',
  'vehicle.make': 'Volkswagen',
  'vehicle.model': 'Golf',
  'vehicle.colour': 'in the words of the language',
  'vehicle.plate': '12-ABC-3, never divided',
  'vehicle.country': 'country code of a plate that is not Dutch: DE',
  'place.description': 'where it was, as people say it',
  'place.time': 'the time of day then, 14.05',
  'place.day': 'the day then, 22 november',
  'call.0': 'the main number to call, never divided',
  'call.1': 'the second number to call',
  'call.2': 'the third number to call',
  'call.3': 'the fourth number to call',
  'area.areaDesc': 'the first area in words',
  'sent.time': 'the time of day at which this message was sent, 14.05',
  'sent.day': 'the day on which this message was sent, 22 november',
  'info.event': 'CAP event',
  'info.senderName': 'who speaks: Politie Midden-Nederland',
  'info.headline': 'CAP headline',
  'info.instruction': 'CAP instruction',
  'info.contact': 'CAP contact',
  'info.web': 'CAP web address, never divided',
  sentence: 'one sentence; only in a fact with `each`',
} as const

export type Placeholder = keyof typeof PLACEHOLDERS

export function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(PLACEHOLDERS, name)
}

/** The names between braces in a wording, in order. */
export function placeholdersOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/\{([^{}]*)\}/g), (match) => match[1] ?? '')
}

/** A value to put in a wording. */
export interface Value {
  readonly text: string
  /** Never divided over two lines. */
  readonly atomic: boolean
}

export type Values = ReadonlyMap<Placeholder, Value>

/**
 * Every placeholder that has a value in this alert, in one language.
 *
 * Looks, clothes and colours exist only in the languages the issuer wrote; a place is a name and may be borrowed from
 * another language. Times of day are those on the issuer's clock, as the offset in the CAP time says.
 */
export function placeholderValues(alert: Alert, info: Info | undefined, words: Words): Values {
  const values = new Map<Placeholder, Value>()
  const put = (name: Placeholder, text: string | number | undefined, atomic = false): void => {
    const plain = text === undefined ? '' : plainText(String(text))
    if (plain !== '') values.set(name, { text: plain, atomic })
  }
  const own = (texts: Localized | undefined): string | undefined => texts && textIn(texts, words.language)
  for (const [role, person] of [
    ['subject', alert.subject],
    ['suspect', alert.suspect],
  ] as const) {
    if (!person) continue
    put(`${role}.name`, person.name, true)
    put(`${role}.age`, person.age)
    put(`${role}.sex`, noun(person, role === 'subject' && isChildAlert(alert), words))
    put(`${role}.looks`, own(person.looks))
    put(`${role}.clothes`, own(person.clothes))
  }
  put('vehicle.make', alert.vehicle?.make, true)
  put('vehicle.model', alert.vehicle?.model, true)
  put('vehicle.colour', own(alert.vehicle?.colour))
  put('vehicle.plate', alert.vehicle?.plate, true)
  if (alert.vehicle?.country !== 'NL') put('vehicle.country', alert.vehicle?.country, true)
  const where = alert.place?.description
  put('place.description', own(where) ?? (where && Object.values(where).find((text) => text !== undefined)))
  put('place.time', timeOfDay(alert.place?.time, words))
  put('place.day', dayOf(alert.place?.time, words), true)
  alert.call.slice(0, 4).forEach((number, index) => {
    put(`call.${index}` as 'call.0' | 'call.1' | 'call.2' | 'call.3', number, true)
  })
  put('area.areaDesc', alert.area[0]?.areaDesc)
  put('sent.time', timeOfDay(alert.sent, words))
  put('sent.day', dayOf(alert.sent, words), true)
  put('info.event', info?.event)
  put('info.senderName', info?.senderName)
  put('info.headline', info?.headline)
  put('info.instruction', info?.instruction)
  put('info.contact', info?.contact)
  put('info.web', info?.web, true)
  return values
}

/** The text in a language: under its exact tag, else under any tag of the same language (`nl` for `nl-BE`). */
export function textIn(texts: Localized, language: string): string | undefined {
  const exact = texts[language]
  if (exact !== undefined) return exact
  const primary = primaryLanguage(language)
  return Object.entries(texts).find(([tag]) => primaryLanguage(tag) === primary)?.[1]
}

/** `nl` of `nl-BE`. */
export function primaryLanguage(tag: string): string {
  return tag.split('-', 1)[0] ?? tag
}

function isChildAlert(alert: Alert): boolean {
  return alert.kind === 'amber' || alert.kind === 'missing-child'
}

/** Grown-up from the 18th birthday on; where no age is given, the kind of alert tells. */
function noun(person: Person, childByKind: boolean, words: Words): string | undefined {
  const child = person.age === undefined ? childByKind : person.age < 18
  if (person.sex === 'female') return child ? words.people.girl : words.people.woman
  if (person.sex === 'male') return child ? words.people.boy : words.people.man
  return child ? words.people.child : words.people.person
}

function timeOfDay(time: string | undefined, words: Words): string | undefined {
  if (time === undefined || capTime(time) === undefined) return undefined
  return `${time.slice(11, 13)}${words.time.separator}${time.slice(14, 16)}`
}

function dayOf(time: string | undefined, words: Words): string | undefined {
  if (time === undefined || capTime(time) === undefined) return undefined
  const month = words.time.months[Number(time.slice(5, 7)) - 1]
  return month === undefined ? undefined : `${Number(time.slice(8, 10))} ${month}`
}
