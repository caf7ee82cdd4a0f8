/** Why a connection ended or never came about. */
export interface Disconnection {
  /** In words that name the fix where there is one. */
  readonly reason: string
  /** The broker has, or may have, refused the MQTT version: another may do. */
  readonly version?: true
}

/** The broker went away without a word: RabbitMQ before 3.13 answers an MQTT 5 CONNECT in this way. */
export const CLOSED: Disconnection = { reason: 'the broker closed the connection', version: true }

/** CONNACK return codes (MQTT 3.1.1 §3.2.2.3) and reason codes (MQTT 5.0 §3.2.2.2) that a person can do something about. */
const REFUSALS: Readonly<Partial<Record<number, string>>> = {
  2: 'the broker does not accept the client id; allow the name of this player',
  3: 'the broker is not available',
  4: 'the broker does not know this username and password; correct them in player.yaml',
  5: 'the broker does not allow this player in; check username, password or certificate',
  133: 'the broker does not accept the client id; allow the name of this player',
  134: 'the broker does not know this username and password; correct them in player.yaml',
  135: 'the broker does not allow this player in; check username, password or certificate',
  136: 'the broker is not available',
  137: 'the broker is busy',
  138: 'the broker has banned this player',
}

/** MQTT 3.1.1 code 1 and MQTT 5 reason 132: unsupported protocol version. */
const VERSION_REFUSED: readonly unknown[] = [1, 132]

const SYSTEM: Readonly<Partial<Record<string, string>>> = {
  PACKET_FAULT: 'what came is not MQTT as a broker may send it',
  ECONNREFUSED: 'nothing listens there; start the broker or correct its address',
  ENOTFOUND: 'the name of the broker is not known (DNS)',
  EAI_AGAIN: 'the name of the broker cannot be looked up now (DNS)',
  EHOSTUNREACH: 'there is no way to the broker (network)',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the broker does not answer (network)',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  CERT_HAS_EXPIRED: 'the certificate of the broker has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the broker is not signed by the given ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the broker is not signed by the given ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the broker is not signed by the given ca',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the broker is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the broker asks for a certificate of this player; give cert and key in player.yaml',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the broker does not know who issued the certificate of this player',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    'the certificate of this player has expired; put a new one in its place',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED:
    'the certificate of this player was revoked; put a new one in its place',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the broker does not accept the certificate of this player',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the broker does not accept the certificate of this player',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what listens there does not speak TLS; use mqtt:// or another port',
}

/** Puts what mqtt.js, Node or OpenSSL reported into words. */
export function disconnection(error: Error): Disconnection {
  const code: unknown = 'code' in error ? error.code : undefined
  if (VERSION_REFUSED.includes(code))
    return { reason: 'the broker does not speak this MQTT version', version: true }
  if (typeof code === 'number') return { reason: REFUSALS[code] ?? `the broker refused (reason ${code})` }
  if (typeof code === 'string') return { reason: SYSTEM[code] ?? `the connection failed (${code})` }
  if (error.message === 'connack timeout' || error.message === 'Keepalive timeout') {
    return { reason: 'the broker does not answer' }
  }
  return { reason: `the connection failed (${error.message})` }
}
