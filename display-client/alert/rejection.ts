/**
 * Why a message was refused. Each code is stable: it is counted, reported in receipts and has a page in
 * `docs/rejections.md` (`#code`).
 *
 * The text says what is wrong in a few words; the page says what to do.
 */
export const REJECTIONS = {
  // Envelope (DESIGN §5.2)
  'envelope-too-large': 'larger than any legal alert',
  'envelope-malformed': 'not a flattened JWS (RFC 7515 §7.2.2)',
  'algorithm-forbidden': 'signed with another algorithm than EdDSA, or unsigned',
  'header-forbidden': 'the header carries a key, an unknown crit, or another type than belongs here',
  'key-unknown': 'signed with a key that is not in the keyring of this device',
  'key-revoked': 'signed with a key that was revoked',
  'key-not-valid-now': 'signed with a key outside its validity window',
  'signature-wrong': 'the signature does not belong to these bytes',
  'sender-forbidden': 'this key may not speak for this sender',
  'role-forbidden': 'this key may not sign a message of this status',
  // Payload
  'alert-malformed': 'the signed payload is not a valid alert',
  'manifest-malformed': 'the signed payload is not a valid manifest',
  'keyring-update-malformed': 'the signed payload is not a valid keyring update',
  'topic-mismatch': 'published on the topic of another incident or area',
  'topic-unknown': 'came on a topic that has no meaning',
  'payload-empty': 'an empty message: nobody has signed it, so it ends nothing',
  'drill-status': 'an alert that is no test or exercise came on the topic of drills',
  // Life of an incident (DESIGN §5.3)
  'not-for-display': 'status, msgType or scope says that it is not for a public panel',
  'sent-in-future': 'sent or issuedAt lies in the future',
  expired: 'already expired on arrival',
  'incident-ended': 'about an incident that has ended',
  'revision-old': 'not newer than what is known of this incident',
  'status-changed': 'a test or exercise may not change an incident of another status',
  'not-in-manifest': 'a newer manifest does not list this incident',
  // Manifests and keys (DESIGN §5.2, §5.8)
  'manifest-old': 'not newer than the manifest that is known',
  'keyring-update-old': 'not newer than the keyring of this device',
  'keyring-update-forbidden': 'would bring a revoked key back, or leave nobody who may change the keyring',
} as const

export type RejectionCode = keyof typeof REJECTIONS

/** A refused message: what, and the detail that helps to find it. Never holds personal data. */
export interface Rejection {
  readonly code: RejectionCode
  /** e.g. the path of the faulty field, or the key id; for logs. */
  readonly detail: string
}

/** `key-unknown: signed with a key that is not in the keyring of this device (kid demo-2)`. */
export function formatRejection(rejection: Rejection): string {
  const detail = rejection.detail === '' ? '' : ` (${rejection.detail})`
  return `${rejection.code}: ${REJECTIONS[rejection.code]}${detail}`
}
