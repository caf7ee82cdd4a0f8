import { hasRole, type ReferenceAlert, type ReferenceKey } from './events.ts'

export function isPublic({ status, msgType, scope }: ReferenceAlert): boolean {
  const isKnown = ['Actual', 'Exercise', 'Test'].includes(status)
  return isKnown && ['Alert', 'Update', 'Cancel'].includes(msgType) && scope === 'Public'
}

export function saysOver({ msgType, isOver }: ReferenceAlert): boolean {
  return msgType === 'Cancel' || isOver.every((one) => one)
}

/** A supervisor who issues nothing himself says that it is over, and of whom he leaves open: then of everybody. */
export function isForAll(alert: ReferenceAlert, signer: ReferenceKey): boolean {
  const onlyWatches = hasRole(signer, 'supervisor') && !hasRole(signer, 'issuer')
  return onlyWatches && saysOver(alert) && alert.references.every(({ sender }) => sender === alert.sender)
}

export function isAbout(owner: string, alert: ReferenceAlert, signer: ReferenceKey): boolean {
  const { references, sender } = alert
  if (!hasRole(signer, 'supervisor') || references.length === 0) return owner === sender
  if (saysOver(alert)) return references.some((one) => one.sender === owner)
  const earliest = Math.min(...references.map(({ sent }) => sent))
  return references.find(({ sent }) => sent === earliest)?.sender === owner
}
