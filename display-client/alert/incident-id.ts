/**
 * Which incident: whose it is and its key. The key alone does not say it: two issuers who never heard of each other may have
 * chosen the same. As text, because it is the key of maps and of rows: neither part can hold a space
 * (`INCIDENT_PATTERN`, CAP 1.2 §3.2.1).
 */
export type IncidentId = `${string} ${string}`

/** In the place of a sender, and no sender's name: the incidents of that key of everybody. Only an end is ever about these. */
export const EVERYBODY = ''

/** The one place where it is made. @param sender whose incident it is, or {@link EVERYBODY} @param incident its key */
export function incidentId(sender: string, incident: string): IncidentId {
  return `${incident} ${sender}`
}

/** What {@link incidentId} was given. */
export function partsOf(id: string): { readonly sender: string; readonly incident: string } {
  const at = id.indexOf(' ')
  return { incident: id.slice(0, at), sender: id.slice(at + 1) }
}
