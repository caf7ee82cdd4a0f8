import { createHash } from 'node:crypto'
import { z } from 'zod'
import { toCapTime } from '../../alert/cap-time.ts'
import type { OutputProfile } from '../../panel/output-profile.ts'

/**
 * RTIGT047, "CMS to PID" (RTIG with Transport for Wales): passenger information displays that listen to MQTT. Information messages, their
 * deletion, and what a display is capable of (part 2). UTF-8 JSON: nothing in a text can be a command.
 */
export type RtigOutput = Extract<OutputProfile, { protocol: 'rtigt047' }>

export interface RtigMessage {
  /** A UUID; a later message with it takes the place of the one before. */
  readonly id: string
  /** ISO 639-1 */
  readonly language: string
  readonly text: string
  /** ms since 1970 */
  readonly from: number
  /** When it must be gone, ms since 1970. */
  readonly until: number
  readonly isEmergency: boolean
  readonly behaviour: 'SCROLL' | 'PAGED' | 'STATIC'
}

/** A name of our own for what one panel of a player says: always the same, so that a restarted player can delete it (RFC 9562 §5.8). */
export function rtigMessageId(player: string, panel: string): string {
  const digest = createHash('sha256').update(`kijkuit ${player} ${panel}`).digest('hex')
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}

/** Where an information message goes: `null` widens its target. */
export function rtigTopic({ locality, cluster, stop, vendor, device }: RtigOutput, id: string): string {
  const levels = [locality, cluster, stop, vendor, device].map((level) => level ?? 'null')
  return ['CMS/informationMessage/content', ...levels, id].join('/')
}

export function rtigContent({ actionPriority, target }: RtigOutput, message: RtigMessage): string {
  const { id, language, text, from, until, isEmergency, behaviour } = message
  return JSON.stringify({
    informationMessage: {
      messageText: [{ lang: language.slice(0, 2).toUpperCase(), text }],
      earliestDisplayTime: toCapTime(from),
      latestDisplayTime: toCapTime(until),
      messagePriority: isEmergency ? 'EMERGENCY' : 'STANDARD',
      messageActionPriority: actionPriority,
      messageTargetArea: target,
      messageBehaviour: behaviour,
      messageId: id,
      messageAction: 'REPLACE',
    },
  })
}

export function rtigDelete(id: string): string {
  return JSON.stringify({ informationMessage: { messageId: id, messageAction: 'DELETE' } })
}

/** Asks one display what it is capable of; undefined when the output names none. */
export function rtigCapabilityTopic({ displayType, vendor, device }: RtigOutput): string | undefined {
  if (vendor === undefined || device === undefined) return undefined
  return `${displayType}/displayCapability/request/${vendor}/${device}`
}

export function rtigCapabilityRequest(id: string): string {
  return JSON.stringify({ displayCapabilityRequest: { requestId: id } })
}

/** Where displays answer. */
export function rtigCapabilityAnswers({ displayType }: RtigOutput): string {
  return `${displayType}/displayCapability/response`
}

/** What a display says of itself; what it leaves out is unknown. */
const CapabilitySchema = z.object({
  displayCapabilityResponse: z.object({
    vendorId: z.string().max(64),
    deviceId: z.string().max(64),
    requestId: z.string().max(64),
    textDisplayConfig: z.object({
      lines: z.int().min(1).max(1_000).optional().catch(undefined),
      charsPerLine: z.int().min(1).max(10_000).optional().catch(undefined),
      canScroll: z.boolean().optional().catch(undefined),
    }),
  }),
})
export type RtigCapability = z.output<typeof CapabilitySchema>['displayCapabilityResponse']

/** Some times what a real answer takes, bytes. */
const LARGEST_ANSWER = 20_000

/** Reads an answer; undefined when it is none. Keys that are not known are passed over: the standard's own examples misspell some. */
export function readRtigCapability(bytes: Uint8Array): RtigCapability | undefined {
  if (bytes.length > LARGEST_ANSWER) return undefined
  try {
    const read = CapabilitySchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return read.success ? read.data.displayCapabilityResponse : undefined
  } catch {
    return undefined
  }
}
