import { z } from 'zod'
import { KINDS } from '../alert/model.ts'
import { isPlaceholder, PLACEHOLDERS, placeholdersOf } from './placeholders.ts'
import { factFaults } from './template-faults.ts'

/**
 * A template: what an alert of one kind says, in reading order, in wordings from long to short
 * (`templates/alerts/<kind>.yaml`; the guide for writers is `templates/README.md`).
 */

/** What a fact is about; the layouts give each its place and size. */
export const ROLES = [
  'kind',
  'who',
  'looks',
  'vehicle',
  'plate',
  'place',
  'suspect',
  'text',
  'action',
  'call',
  'source',
] as const
export type Role = (typeof ROLES)[number]

/** Bounds of the fitter's work (DESIGN §6.8). */
export const MOST_TEMPLATE_FACTS = 16
export const MOST_TEMPLATE_WORDINGS = 6

const text = z
  .string({ error: 'must be text' })
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'is longer than 200 characters' })
  .superRefine((text, context) => {
    const message = wordingFault(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** A text, or a text with what is left of the fact in it (quality, 0 to 1). */
const wording = z.preprocess(
  (value) => (typeof value === 'string' ? { text: value } : value),
  z
    .strictObject({
      text,
      quality: z
        .number({ error: 'must be a number above 0, up to 1' })
        .gt(0, { error: 'must be more than 0; take out a wording that says nothing' })
        .max(1, { error: 'must be at most 1, which is the fact in full' })
        .optional(),
      /** False: not on a panel for drivers. */
      drivers: z.boolean({ error: 'must be true or false' }).optional(),
    })
    .transform((one) => ({ ...one, uses: placeholdersOf(one.text).filter(isPlaceholder) })),
)

const fact = z
  .strictObject({
    /** Name of the fact in compositions, proofs and logs. */
    fact: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, { error: 'must be a name of lower-case letters, digits and hyphens' }),
    role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }),
    /** What it is worth to show this fact in full. */
    weight: z
      .int({ error: 'must be a whole number from 1 to 100' })
      .min(1, { error: 'must be at least 1; take out a fact that is worth nothing' })
      .max(100, { error: 'must be at most 100; what must never be left out gets keep: true' }),
    /** A message without it is worthless. */
    keep: z.boolean().default(false),
    /** Only ever whole on one line. */
    whole: z.boolean().default(false),
    /** Belongs to the fact before it: they stand on one page when that can be. */
    joined: z.boolean().default(false),
    /** What holds instead on a panel for drivers; weight 0 = it is not said to them. */
    drivers: z
      .strictObject({
        weight: z
          .int({ error: 'must be a whole number from 0 to 100' })
          .min(0, { error: 'must be at least 0, which is not to say it to drivers' })
          .max(100, { error: 'must be at most 100' }),
        keep: z.boolean().default(false),
      })
      .optional(),
    /** Left out when any of these facts has something to say. */
    unless: z.array(z.string()).max(MOST_TEMPLATE_FACTS).default([]),
    /** One fact for every sentence of this text, the first worth most; its wordings use {sentence}. */
    each: z
      .enum(['headline', 'description', 'instruction'], {
        error: 'must be headline, description or instruction',
      })
      .optional(),
    wordings: z
      .partialRecord(
        z.string().regex(/^[a-z]{2,3}$/, { error: 'must be a language such as nl' }),
        z
          .array(wording)
          .min(1)
          .max(MOST_TEMPLATE_WORDINGS, {
            error: `has more than ${MOST_TEMPLATE_WORDINGS} wordings; leave out those closest to another`,
          }),
      )
      .refine((texts) => Object.keys(texts).length > 0, { error: 'needs wordings in at least one language' }),
  })
  .superRefine((value, context) => {
    for (const [language, texts] of Object.entries(value.wordings)) {
      texts?.forEach(({ text: one }, index) => {
        if (value.each !== undefined || !placeholdersOf(one).includes('sentence')) return
        const message = '{sentence} is for a fact with `each`; add e.g. each: description'
        context.addIssue({ code: 'custom', path: ['wordings', language, index], message })
      })
      if (value.each === undefined || texts?.some((one) => placeholdersOf(one.text).includes('sentence')))
        continue
      const message = 'needs a wording with {sentence}, because this fact has `each`'
      context.addIssue({ code: 'custom', path: ['wordings', language], message })
    }
  })
export type TemplateFact = z.output<typeof fact>
export type TemplateWording = z.output<typeof wording>

export const TemplateSchema = z
  .strictObject({
    schema: z.literal('kijkuit-template/1', { error: 'must be kijkuit-template/1' }),
    kind: z.enum(KINDS, { error: `must be one of ${KINDS.join(', ')}` }),
    facts: z
      .array(fact)
      .min(1)
      .max(MOST_TEMPLATE_FACTS, { error: `has more than ${MOST_TEMPLATE_FACTS} facts` }),
    /** The end card, for a minute after the end: the kind of alert and that it is over, and nothing of the alert itself. */
    end: z
      .array(fact)
      .min(1)
      .max(4, { error: 'has more than 4 facts; an end card says that it is over and thanks people' }),
  })
  .superRefine((template, context) => {
    template.end.forEach((one, index) => {
      for (const [language, texts] of Object.entries(one.wordings)) {
        texts?.forEach(({ text: written }, at) => {
          const [placeholder] = placeholdersOf(written)
          if (placeholder === undefined) return
          context.addIssue({
            code: 'custom',
            path: ['end', index, 'wordings', language, at],
            message: `an end card holds nothing of the alert; leave out {${placeholder}}`,
          })
        })
      }
    })
    for (const part of ['facts', 'end'] as const) {
      for (const { path, message } of factFaults(template[part])) {
        context.addIssue({ code: 'custom', path: [part, ...path], message })
      }
      if (template[part].some((one) => one.role === 'kind' && one.keep)) continue
      context.addIssue({
        code: 'custom',
        path: [part],
        message: 'needs a fact with role: kind and keep: true, so that people always see what this is',
      })
    }
  })
export type Template = z.output<typeof TemplateSchema>

/** What is wrong with a wording and what would be right, or undefined. */
function wordingFault(text: string): string | undefined {
  if (/[{}]/.test(text.replace(/\{[^{}]*\}/g, ''))) {
    return 'has a { or } without its partner; a placeholder is written {subject.name}'
  }
  if (/\d{3}|\d[- ]\d/.test(text)) {
    return 'has a number in it; numbers to call come from the alert and are written {call.0}'
  }
  const unknown = placeholdersOf(text).find((name) => !isPlaceholder(name))
  if (unknown === undefined) return undefined
  const near = nearest(unknown)
  return `{${unknown}} is not a placeholder; ${near === undefined ? 'see templates/README.md for the list' : `did you mean {${near}}?`}`
}

/** The known name that shares the most with a misspelt one: same start or same last part. */
function nearest(name: string): string | undefined {
  const scores = Object.keys(PLACEHOLDERS).map((known) => ({ known, distance: editDistance(name, known) }))
  const best = scores.reduce((a, b) => (b.distance < a.distance ? b : a))
  return best.distance <= 5 ? best.known : undefined
}

/** Levenshtein. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
