import { placeholdersOf } from './placeholders.ts'

/**
 * What is wrong with a template although every field is well-formed: each fault with what to write instead. Found when it is
 * loaded, so that nobody finds it on a panel.
 */

/** A wording, as far as it can be judged without an alert; it may have faults of its own. */
export interface JudgedWording {
  readonly text: string
  readonly quality?: number | undefined
}

/** A fact, as far as it can be judged without an alert. */
export interface JudgedFact {
  readonly fact: string
  readonly role: string
  readonly keep: boolean
  readonly joined: boolean
  readonly unless: readonly string[]
  readonly each?: string | undefined
  readonly wordings: Readonly<Partial<Record<string, readonly JudgedWording[]>>>
}

/** Where it is wrong, below the thing that was judged, and what to do. */
export interface TemplateFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** More than this and `keep` means nothing: a small panel can show two or three facts. */
const MOST_KEPT = 3

/** Quality of the wordings of a fact by their place in its list, where a template gives none, 0 to 1. */
export const QUALITY = [1, 0.93, 0.86, 0.79, 0.72, 0.65] as const

export function qualityOf({ quality }: JudgedWording, index: number): number {
  return quality ?? QUALITY[index] ?? QUALITY[QUALITY.length - 1] ?? 0
}

/** Faults of the facts of a template, or of its end card. */
export function factFaults(facts: readonly JudgedFact[]): readonly TemplateFault[] {
  const names = facts.map((one) => one.fact)
  const languages = [...new Set(facts.flatMap((one) => Object.keys(one.wordings)))]
  const kept = facts.filter((one) => one.keep)
  const all: readonly TemplateFault[] = kept.length > MOST_KEPT ? [tooManyKept(kept)] : []
  return [
    ...all,
    ...facts.flatMap((one, index) => [
      ...nameFaults(one, index, names, facts),
      ...(one.joined && index === 0
        ? [{ path: [0, 'joined'], message: 'there is no fact before this one; take it out' }]
        : []),
      ...languages.flatMap((language) => wordingFaults(one, index, language)),
    ]),
  ]
}

function tooManyKept(kept: readonly JudgedFact[]): TemplateFault {
  const names = kept.map((one) => one.fact).join(', ')
  const message = `keeps ${kept.length} facts (${names}); at most ${MOST_KEPT}, because a small panel shows no more, so leave keep to those without which the message is worthless and give the others a weight`
  return { path: [], message }
}

function nameFaults(
  fact: JudgedFact,
  index: number,
  names: readonly string[],
  facts: readonly JudgedFact[],
): readonly TemplateFault[] {
  const twice = { path: [index, 'fact'], message: `${fact.fact} is already the name of another fact` }
  return [
    ...(names.indexOf(fact.fact) === index ? [] : [twice]),
    ...fact.unless.flatMap((other, at): readonly TemplateFault[] => {
      const path = [index, 'unless', at]
      if (other === fact.fact || !names.includes(other)) {
        return [
          { path, message: `${other} is not another fact of this template; there are ${names.join(', ')}` },
        ]
      }
      const mutual = facts.some((one) => one.fact === other && one.unless.includes(fact.fact))
      const message = `${other} is left out for ${fact.fact} as well, so neither would be said; take one of the two out`
      return mutual ? [{ path, message }] : []
    }),
  ]
}

function wordingFaults(fact: JudgedFact, index: number, language: string): readonly TemplateFault[] {
  const texts = fact.wordings[language]
  if (texts === undefined) {
    const message = `has no wordings in ${language}, which other facts of this template have; add them`
    return [{ path: [index, 'wordings'], message }]
  }
  const at = (place: number): readonly (string | number)[] => [index, 'wordings', language, place]
  const named = fact.role === 'kind' && fact.keep && texts.every((one) => placeholdersOf(one.text).length > 0)
  return [
    ...(named
      ? [
          {
            path: at(0),
            message: 'the kind must be sayable of every alert; add a wording without placeholders',
          },
        ]
      : []),
    ...texts.flatMap((one, place): readonly TemplateFault[] => {
      const better = texts.slice(0, place).find((other, before) => replaces(other, before, one, place))
      const message = `is never used: "${better?.text}" before it is no longer and says more; shorten it, or take it out`
      return better === undefined ? [] : [{ path: at(place), message }]
    }),
  ]
}

/** Whether a wording can be used wherever a later one could, takes no more room there and says no less. */
function replaces(one: JudgedWording, before: number, other: JudgedWording, place: number): boolean {
  const [needs, needed] = [placeholdersOf(one.text), placeholdersOf(other.text)]
  const extra = needed.filter((name) => !needs.includes(name)).length
  return (
    needs.every((name) => needed.includes(name)) &&
    bare(one.text).length <= bare(other.text).length + extra &&
    qualityOf(one, before) >= qualityOf(other, place)
  )
}

/** A wording without what the alert fills in. */
function bare(text: string): string {
  return text.replace(/\{[^{}]*\}/g, '')
}
