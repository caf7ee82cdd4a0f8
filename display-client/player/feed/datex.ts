import type { Feed } from './feed.ts'
import { nameOf, type SignNames } from './formats.ts'
import type { SignPage } from './record.ts'

const COMMON = 'http://datex2.eu/schema/3/common'
const VMS = 'http://datex2.eu/schema/3/vms'
const PAYLOAD = 'http://datex2.eu/schema/3/d2Payload'

/** Of whoever publishes: ISO 3166 country, and the player as its identifier. */
const COUNTRY = 'nl'

/**
 * The state of the signs as a DATEX II v3 VmsPublication: what controllers say stands on them, and nothing that was merely
 * offered. It is a status and commands nobody (docs.datex2.eu: the VMS publications do not control equipment).
 *
 * A sign whose controller has said nothing has a status without a message.
 *
 * @param now ms since 1970
 */
export function datexStatus(feed: Feed, names: SignNames, now: number): string {
  const { feed: player, epoch, sequence } = feed.issue
  const time = new Date(now).toISOString()
  const statuses = feed.records.map(({ record }, index) => {
    const shownAt = feed.shownAt(record.panel)
    const isShown = shownAt !== undefined && record.state === 'offer'
    const message = isShown
      ? `<v:vmsMessage messageIndex="1"><v:vmsMessage><v:messageSetBy>${multilingual(nameOf(names, record.panel))}</v:messageSetBy>${element('v:messageInformationType', 'instructionOrMessage')}${element('v:timeLastSet', new Date(shownAt).toISOString())}${pagesOf(record.pages)}</v:vmsMessage></v:vmsMessage>`
      : ''
    const working = shownAt === undefined ? '' : element('v:workingStatus', isShown ? 'working' : 'blank')
    return `<v:vmsStatus vmsIndex="${index + 1}"><v:vmsStatus>${element('v:statusUpdateTime', time)}${working}${message}</v:vmsStatus></v:vmsStatus>`
  })
  const reference = (name: string, target: string): string =>
    `<v:${name} id="${escaped(player)}" version="${epoch}" targetClass="vms:${target}"/>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<d:payload xmlns:d="${PAYLOAD}" xmlns:c="${COMMON}" xmlns:v="${VMS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="v:VmsPublication" lang="nl" modelBaseVersion="3"><c:feedDescription>${multilingual(`Kijkuit ${epoch}-${sequence}`)}</c:feedDescription>${element('c:publicationTime', time)}<c:publicationCreator>${element('c:country', COUNTRY)}${element('c:nationalIdentifier', player)}</c:publicationCreator><v:headerInformation>${element('c:informationStatus', 'real')}</v:headerInformation><v:vmsControllerStatus>${reference('vmsControllerTableReference', 'VmsControllerTable')}${reference('vmsControllerReference', 'VmsController')}${element('v:statusUpdateTime', time)}${statuses.join('')}</v:vmsControllerStatus></d:payload>
`
}

/** One page as a text display, more as pages of one area with the time of the first between them. */
function pagesOf(pages: readonly SignPage[]): string {
  const [first, ...more] = pages
  if (first === undefined) return ''
  const area = (settings: string): string =>
    `<v:displayAreaSettings displayAreaIndex="1">${settings}</v:displayAreaSettings>`
  if (more.length === 0) return area(textDisplay(first))
  const all = pages
    .map(
      (page, index) =>
        `<v:displayAreaSettings pageNumber="${index + 1}">${textDisplay(page)}</v:displayAreaSettings>`,
    )
    .join('')
  return `${element('v:sequencingInterval', String(first.dwell / 1000))}${area(`<v:displayAreaSettings xsi:type="v:MultiPageDisplay">${all}</v:displayAreaSettings>`)}`
}

function textDisplay({ lines }: SignPage): string {
  const all = lines
    .map(
      (line, index) =>
        `<v:textLine lineIndex="${index + 1}"><v:textLine>${element('v:textLine', line)}${element('v:lineFlashing', 'false')}</v:textLine></v:textLine>`,
    )
    .join('')
  return `<v:displayAreaSettings xsi:type="v:TextDisplay">${element('v:isBlank', 'false')}${all}</v:displayAreaSettings>`
}

function multilingual(text: string): string {
  return `<c:values><c:value lang="nl">${escaped(text)}</c:value></c:values>`
}

function element(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text in XML 1.0, which has no way to write control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
