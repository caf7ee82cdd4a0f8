import { PROTOCOL, type StagePage, type ToViewer } from '../player/protocol.ts'

/** Boxes at exact pixels, for a screen. */
export type PixelContent = Extract<StagePage['content'], { type: 'pixels' }>
/** One box of a {@link PixelContent}. */
export type Box = PixelContent['boxes'][number]

/** What a text frame from the player turned out to be. */
export type Reading =
  | { readonly type: 'message'; readonly message: ToViewer }
  /** A stage that cannot be drawn; `reason` is for the operator and names no person. */
  | { readonly type: 'undrawable'; readonly revision: number; readonly reason: string }
  /** Nothing that this page knows; a newer player may send it, so it is passed over. */
  | { readonly type: 'unknown' }

type Fields = Readonly<Record<string, unknown>>

const UNKNOWN: Reading = { type: 'unknown' }

/**
 * Reads one frame from the player, just closely enough that drawing it cannot fail half-way: the player is trusted, its
 * version may differ from ours.
 */
export function readMessage(data: unknown): Reading {
  const fields = parse(data)
  if (fields === undefined) return UNKNOWN
  switch (fields['type']) {
    case 'ping':
      return whole(fields['sequence']) ? accept(fields) : UNKNOWN
    case 'panel':
      return isPanel(fields) ? accept(fields) : UNKNOWN
    case 'idle':
      return isIdle(fields) ? accept(fields) : UNKNOWN
    case 'stage':
      return readStage(fields)
    default:
      return UNKNOWN
  }
}

function parse(data: unknown): Fields | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Only for fields that were checked just before. */
function accept(fields: Fields): Reading {
  return { type: 'message', message: fields as unknown as ToViewer }
}

function isPanel(fields: Fields): boolean {
  return (
    fields['protocol'] === PROTOCOL &&
    typeof fields['id'] === 'string' &&
    typeof fields['title'] === 'string' &&
    (fields['surface'] === 'screen' || fields['surface'] === 'matrix') &&
    size(fields['width']) &&
    size(fields['height']) &&
    typeof fields['pitch'] === 'number'
  )
}

function isIdle({ content, width, height, x, y, touch }: Fields): boolean {
  const measured = size(width) && size(height) && whole(x) && whole(y)
  return measured && typeof touch === 'boolean' && isFields(content) && isIdleContent(content)
}

function isIdleContent(content: Fields): boolean {
  switch (content['type']) {
    case 'black':
      return true
    case 'clock':
      return typeof content['timeZone'] === 'string' && typeof content['language'] === 'string'
    case 'images':
      return dwell(content['time']) && Array.isArray(content['images'])
    case 'page':
      return (
        typeof content['url'] === 'string' &&
        isFields(content['fallback']) &&
        isIdleContent(content['fallback'])
      )
    default:
      return false
  }
}

function readStage(fields: Fields): Reading {
  const { revision, pages } = fields
  if (!whole(revision)) return UNKNOWN
  const reason = Array.isArray(pages) ? pageFault(pages) : 'it has no list of pages'
  return reason === undefined ? accept(fields) : { type: 'undrawable', revision, reason }
}

function pageFault(pages: readonly unknown[]): string | undefined {
  for (const [index, page] of pages.entries()) {
    const fault = isFields(page) && dwell(page['dwell']) ? contentFault(page['content']) : 'has no dwell'
    if (fault !== undefined) return `page ${index} ${fault}`
  }
  return undefined
}

function contentFault(content: unknown): string | undefined {
  if (!isFields(content) || !size(content['width']) || !size(content['height'])) return 'has no size'
  if (content['type'] === 'frame') return frameFault(content)
  if (content['type'] !== 'pixels') return 'is neither pixels nor a frame'
  const { background, boxes } = content
  if (!colour(background) || !Array.isArray(boxes)) return 'has no background or no boxes'
  const wrong = boxes.findIndex((box: unknown) => !isFields(box) || !isBox(box))
  return wrong === -1 ? undefined : `has a box ${wrong} that this page cannot draw`
}

function frameFault(content: Fields): string | undefined {
  const { width, height, palette, pixels, scroll } = content
  if (scroll !== undefined && !(Number.isFinite(scroll) && Number(scroll) > 0))
    return 'has no speed to run at'
  if (!Array.isArray(palette) || palette.length === 0 || !palette.every(colour)) return 'has no palette'
  const expected = Number(width) * Number(height)
  return typeof pixels === 'string' && base64Bytes(pixels) === expected
    ? undefined
    : `has other than ${expected} pixels`
}

/** Bytes that a base64 text stands for; -1 for a text that is not base64. */
function base64Bytes(text: string): number {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return -1
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

function isBox(box: Fields): boolean {
  switch (box['type']) {
    case 'fill':
      return isRectangle(box) && colour(box['colour'])
    case 'text':
      return (
        [box['x'], box['baseline'], box['width'], box['size'], box['weight']].every(Number.isFinite) &&
        [box['text'], box['language'], box['fact']].every((value) => typeof value === 'string') &&
        colour(box['colour'])
      )
    case 'photo':
      return (
        isRectangle(box) &&
        isFields(box['crop']) &&
        isRectangle(box['crop']) &&
        isFields(box['photo']) &&
        [box['photo']['width'], box['photo']['height']].every(Number.isFinite) &&
        typeof box['sha256'] === 'string' &&
        /^[0-9a-f]{64}$/.test(box['sha256'])
      )
    default:
      return false
  }
}

function isRectangle(box: Fields): boolean {
  return [box['x'], box['y'], box['width'], box['height']].every(Number.isFinite)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function whole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function size(value: unknown): boolean {
  return whole(value) && value > 0 && value <= 16_384
}

function dwell(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function colour(value: unknown): boolean {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)
}
