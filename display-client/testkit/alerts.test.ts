import { expect, it } from 'vitest'
import { amberAlert, cancelOf, updateOf } from './alerts.ts'

it('builds an update and a cancel that follow their alert', () => {
  const alert = amberAlert()
  const update = updateOf(alert, { call: ['112'] })
  const cancel = cancelOf(update)
  expect([alert.revision, update.revision, cancel.revision]).toEqual([1, 2, 3])
  expect(update.references).toEqual([
    { sender: alert.sender, identifier: alert.identifier, sent: alert.sent },
  ])
  expect(update.call).toEqual(['112'])
  expect(cancel.references).toHaveLength(2)
  expect(cancel.msgType).toBe('Cancel')
})

it('ends without a word about the child', () => {
  expect(JSON.stringify(cancelOf(amberAlert()))).not.toMatch(/Zoë|Volvo|XX-123-X|Utrecht/)
})
