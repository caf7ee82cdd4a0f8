import type { MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { PublishQueue } from './publish-queue.ts'

/** A broker that acknowledges when the test says so. */
function setUp() {
  const sent: { topic: string; acknowledge: () => void }[] = []
  const client = {
    publish: (topic: string, _payload: string, _options: object, done: () => void) =>
      sent.push({ topic, acknowledge: done }),
  }
  const queue = new PublishQueue()
  queue.open(client as unknown as MqttClient)
  return { queue, sent }
}

test('sends some at a time, the next when one is acknowledged', async () => {
  const { queue, sent } = setUp()
  const first = queue.publish('receipts/0', 'x', { retain: false })
  for (let one = 1; one < 30; one += 1) void queue.publish(`receipts/${one}`, 'x', { retain: false })
  expect(sent).toHaveLength(10)
  sent[0]?.acknowledge()
  expect(await first).toBe(true)
  expect(sent.map(({ topic }) => topic)).toHaveLength(11)
  expect(sent.at(-1)?.topic).toBe('receipts/10')
})

test('gives the oldest up when more waits than a broker will ever take', async () => {
  const { queue, sent } = setUp()
  const all = Array.from({ length: 5_000 }, (_, one) => queue.publish(`signs/${one}`, 'x', { retain: true }))
  const given: number[] = []
  all.forEach((one, index) => void one.then((acknowledged) => acknowledged || given.push(index)))
  await Promise.resolve()
  await Promise.resolve()
  // Ten are under way, 4,000 wait.
  expect(given).toEqual(Array.from({ length: 990 }, (_, index) => index + 10))
  expect(sent).toHaveLength(10)
  queue.close()
  expect(await Promise.all(all)).toEqual(Array(5_000).fill(false))
})

test('takes nothing without a connection', async () => {
  const { queue } = setUp()
  queue.close()
  expect(await queue.publish('receipts', 'x', { retain: false })).toBe(false)
})
