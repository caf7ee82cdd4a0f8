import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { plainWords } from './plain-words.ts'

function wordsFor(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: plainWords }).error?.issues[0]?.message
}

describe('plainWords', () => {
  it.each([
    ['text', z.string(), 5, 'must be text'],
    ['a number', z.number(), '5', 'must be a number'],
    ['a whole number', z.int(), 5.5, 'must be a whole number'],
    ['a switch', z.boolean(), 'yes', 'must be true or false'],
    ['a list', z.array(z.string()), 'a', 'must be a list'],
    ['a block', z.strictObject({}), [], 'must be a block of keys and values'],
    ['one of several', z.enum(['full', 'side']), 'left', 'must be one of full, side'],
    ['exactly one', z.literal('a/1'), 'a/2', 'must be a/1'],
    ['a lower limit', z.number().min(3), 2, 'must be at least 3'],
    ['an open lower limit', z.number().positive(), 0, 'must be more than 0'],
    ['an upper limit', z.number().max(3), 4, 'must be at most 3'],
    ['an open upper limit', z.number().lt(3), 3, 'must be less than 3'],
    ['the length of a text', z.string().max(3), 'four', 'must have at most 3 characters'],
    ['the length of a list', z.array(z.string()).min(1), [], 'must have at least 1 item'],
  ])('says what would be right for %s', (_, schema, value, words) => {
    expect(wordsFor(schema, value)).toBe(words)
  })

  it('gives way to the words of the schema itself', () => {
    expect(wordsFor(z.string({ error: 'must be a name' }), 5)).toBe('must be a name')
  })

  it('says why a key is not possible', () => {
    const texts = z.partialRecord(z.string().regex(/^nl$/, { error: 'must be nl' }), z.string())
    expect(wordsFor(texts, { fr: 'a' })).toBe('is not a possible key: must be nl')
  })

  it('never repeats the value, which may be personal', () => {
    const value = { name: 'Zoë Müller', Zoë: 'Zoë', sex: 'Zoë', age: 'Zoë' }
    const schema = z.strictObject({ name: z.int(), sex: z.enum(['female', 'male']), age: z.array(z.int()) })
    const messages = schema.safeParse(value, { error: plainWords }).error?.issues.map((one) => one.message)
    expect(messages).toHaveLength(4)
    expect(messages?.join()).not.toContain('Zoë')
  })
})
