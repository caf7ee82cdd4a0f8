/** What is known of a key. Times are ms since 1970 here and everywhere below. */
export interface ReferenceKey {
  readonly kid: string
  readonly roles: readonly string[]
  readonly senders: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: string
}

/** What of an alert decides about its life. */
export interface ReferenceAlert {
  readonly incident: string
  readonly revision: number
  readonly identifier: string
  readonly sender: string
  readonly status: string
  readonly msgType: string
  readonly scope: string
  readonly sent: number
  readonly effective: number | undefined
  readonly expires: number
  readonly purgeAt: number | undefined
  /** For each language: does it say that it is over (AllClear or Past)? */
  readonly isOver: readonly boolean[]
  readonly references: readonly { readonly sender: string; readonly sent: number }[]
}

/** What can reach a device; `wall` and `monotonic` are what its clocks say then, ms. */
export type ReferenceEvent = { readonly wall: number; readonly monotonic: number } & (
  | {
      readonly type: 'alert'
      readonly alert: ReferenceAlert
      readonly kid: string
      readonly digest: string
      readonly area: string
    }
  | {
      readonly type: 'manifest'
      readonly kid: string
      readonly digest: string
      readonly area: string
      readonly seq: number
      readonly issuedAt: number
      readonly active: readonly {
        readonly sender: string
        readonly incident: string
        readonly revision: number
        readonly sha256: string
        readonly expires: number
      }[]
    }
  | {
      readonly type: 'keys'
      readonly kid: string
      readonly sequence: number
      readonly issuedAt: number
      readonly keys: readonly ReferenceKey[]
      readonly revoked: readonly string[]
    }
  | { readonly type: 'look' }
  | { readonly type: 'restart' }
)

export type AlertEvent = Extract<ReferenceEvent, { type: 'alert' }>
export type ManifestEvent = Extract<ReferenceEvent, { type: 'manifest' }>

export function hasRole(key: ReferenceKey, ...roles: readonly string[]): boolean {
  return key.roles.some((role) => roles.includes(role))
}

/** CAP names a message by sender and identifier; the incident is there for {@link incidentOf}. */
export function nameOf({ incident, sender, identifier, revision }: ReferenceAlert): string {
  return `${incident} ${sender} ${identifier} ${revision}`
}

export function incidentOf(name: string): string {
  return name.slice(0, name.indexOf(' '))
}
