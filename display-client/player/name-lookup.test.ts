import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { TestClock } from '../testkit/test-clock.ts'
import { NameLookup } from './name-lookup.ts'

type Answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void

const ADDRESS: LookupAddress = { address: '192.0.2.1', family: 4 }

/** A DNS that answers when the test says so. */
function setUp() {
  const clock = new TestClock()
  const asked: { host: string; answer: Answer }[] = []
  const names = new NameLookup(clock, (host, answer) => asked.push({ host, answer }))
  const answers: unknown[] = []
  const look = (host: string): void =>
    names.lookup(host, { all: true }, (error, address) => answers.push(error?.code ?? address))
  return { clock, asked, names, answers, look }
}

test('gives what the system says, in both forms that net asks for', () => {
  const { asked, names, answers, look, clock } = setUp()
  look('broker.example')
  asked[0]?.answer(null, [ADDRESS])
  names.lookup('broker.example', {}, (...answer) => answers.push(answer))
  asked[1]?.answer(null, [ADDRESS])
  expect(answers).toEqual([[ADDRESS], [null, '192.0.2.1', 4]])
  expect(clock.waiting).toBe(0)
})

test('asks once at a time for each name, however often DNS does not answer', () => {
  const { clock, asked, answers, look } = setUp()
  for (let attempt = 0; attempt < 50; attempt += 1) {
    look('one.example')
    look('two.example')
    clock.advance(4_000)
  }
  expect(asked.map(({ host }) => host)).toEqual(['one.example', 'two.example'])
  expect(answers).toEqual(Array(100).fill('EAI_AGAIN'))
  asked[0]?.answer(null, [ADDRESS])
  expect(answers).toHaveLength(100)
})

test('uses the last known addresses while DNS does not answer, or says that it cannot', () => {
  const { clock, asked, answers, look } = setUp()
  look('broker.example')
  asked[0]?.answer(null, [ADDRESS])
  look('broker.example')
  clock.advance(4_000)
  asked[1]?.answer(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }), [])
  look('broker.example')
  asked[2]?.answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), [])
  expect(answers).toEqual([[ADDRESS], [ADDRESS], [ADDRESS]])
})

test('says what is wrong when it never knew an address', () => {
  const { asked, answers, look } = setUp()
  look('broker.example')
  asked[0]?.answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), [])
  expect(answers).toEqual(['ENOTFOUND'])
})
