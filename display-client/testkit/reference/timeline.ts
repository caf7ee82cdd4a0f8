import { hasRole, type ManifestEvent, type ReferenceEvent, type ReferenceKey } from './events.ts'

/** Clocks that are right may differ by this, ms. */
export const SKEW = 120_000

/** One event with everything that follows from the events before it and is the same for all incidents. */
export interface Moment {
  readonly event: ReferenceEvent
  /** The time that it is taken to be. */
  readonly time: number
  /** The newest time that anybody trusted has signed. */
  readonly proven: number
  readonly isClockWrong: boolean
  /** How often the process had been started. */
  readonly session: number
  /** Of the moment at which the process was started. */
  readonly started: { readonly monotonic: number; readonly time: number }
  /** The key that signed it, when it is one to be believed. */
  readonly signer: ReferenceKey | undefined
  /** The manifests that count after it. */
  readonly manifests: readonly (ManifestEvent & { readonly signer: ReferenceKey })[]
  /** All keys ever revoked until then. */
  readonly revoked: ReadonlySet<string>
  /** It is a manifest and was accepted. */
  readonly isNews: boolean
}

/** Reads the events in order: what time was it, whom to believe, which manifests count. */
export function timeline(
  events: readonly ReferenceEvent[],
  keys: readonly ReferenceKey[],
  built: number,
): Moment[] {
  const evidence: { time: number; session: number; monotonic: number }[] = [
    { time: built, session: 0, monotonic: events[0]?.monotonic ?? 0 },
  ]
  let trusted = keys
  let revoked = new Set<string>()
  let [sequence, session] = [0, 0]
  let started = { monotonic: events[0]?.monotonic ?? 0, time: Math.max(built, events[0]?.wall ?? 0) }
  let manifests: Moment['manifests'] = []

  return events.map((event) => {
    const atLeast = (): number =>
      Math.max(
        ...evidence.map(
          (one) => one.time + event.monotonic - (one.session === session ? one.monotonic : started.monotonic),
        ),
      )
    const timeNow = (): number => Math.max(event.wall, atLeast())
    const isClockWrong = (): boolean => event.wall < atLeast() - SKEW
    if (event.type === 'restart') {
      session += 1
      started = { monotonic: event.monotonic, time: 0 }
      started = { monotonic: event.monotonic, time: timeNow() }
    }

    let signer: ReferenceKey | undefined
    let isNews = false
    if (event.type !== 'look' && event.type !== 'restart') {
      const now = timeNow()
      const key = revoked.has(event.kid) ? undefined : trusted.find((one) => one.kid === event.kid)
      const isValid = key !== undefined && key.notBefore <= now && now <= key.notAfter
      signer = isValid && maySign(key, event) ? key : undefined
      if (signer) {
        const signed = event.type === 'alert' ? event.alert.sent : event.issuedAt
        const isWitness =
          hasRole(signer, 'issuer', 'supervisor') && signer.notBefore <= signed && signed <= signer.notAfter
        if (isWitness && (signed <= now + SKEW || isClockWrong())) {
          const time = signed <= now + SKEW ? Math.min(signed, now) : signed
          evidence.push({ time, session, monotonic: event.monotonic })
        }
      }
      if (signer && event.type === 'manifest') {
        const before = manifests.find((one) => one.area === event.area && one.kid === event.kid)
        isNews = event.issuedAt <= timeNow() + SKEW && event.seq > (before?.seq ?? 0)
        if (isNews) manifests = [...manifests.filter((one) => one !== before), { ...event, signer }]
      }
      if (signer && event.type === 'keys' && event.issuedAt <= timeNow() + SKEW) {
        const isAllowed =
          event.sequence > sequence &&
          event.keys.every((one) => {
            const same = trusted.find(({ kid }) => kid === one.kid)
            return !revoked.has(one.kid) && (same === undefined || same.publicKey === one.publicKey)
          }) &&
          event.keys.some(
            (one) =>
              hasRole(one, 'supervisor') && one.notBefore <= event.issuedAt && event.issuedAt <= one.notAfter,
          )
        if (isAllowed) {
          trusted = event.keys
          sequence = event.sequence
          revoked = new Set([...revoked, ...event.revoked])
          manifests = manifests.filter((one) => !revoked.has(one.kid))
        }
      }
    }
    return {
      ...{ event, session, started, signer, manifests, isNews },
      time: timeNow(),
      proven: Math.max(...evidence.map((one) => one.time)),
      isClockWrong: isClockWrong(),
      revoked,
    }
  })
}

function maySign(key: ReferenceKey, event: ReferenceEvent): boolean {
  if (event.type === 'keys') return hasRole(key, 'supervisor')
  if (event.type === 'manifest') return hasRole(key, 'issuer', 'supervisor')
  if (event.type !== 'alert' || !key.senders.includes(event.alert.sender)) return false
  const { msgType, status } = event.alert
  return (
    hasRole(key, 'issuer') ||
    (hasRole(key, 'supervisor') && msgType !== 'Alert' && msgType !== 'Ack' && msgType !== 'Error') ||
    (hasRole(key, 'test') && status === 'Test') ||
    (hasRole(key, 'drill') && status === 'Exercise')
  )
}
