/**
 * The part of the published structure of DATEX II v3 (DATEXII_3_Common.xsd, DATEXII_3_Vms.xsd) that a VmsPublication of text needs,
 * as a table, and a check against it: names with their namespaces, order, how often, attributes, simple types, and which type
 * may stand for which.
 */

const COMMON = 'http://datex2.eu/schema/3/common'
const VMS = 'http://datex2.eu/schema/3/vms'
const PAYLOAD = 'http://datex2.eu/schema/3/d2Payload'
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

interface Child {
  readonly name: string
  readonly type: string
  readonly least: 0 | 1
  readonly many: boolean
}

interface Complex {
  readonly base?: string
  readonly space: string
  readonly children: readonly Child[]
  readonly attributes?: Readonly<Record<string, RegExp>>
}

/** `name:type` with `?` for none or one, `*` for any number, `+` for one or more. */
function children(...all: readonly string[]): readonly Child[] {
  return all.map((one) => {
    const [, name = '', type = '', often = ''] = /^(\w+):(\w+)([?*+]?)$/.exec(one) ?? []
    return { name, type, least: often === '?' || often === '*' ? 0 : 1, many: often === '*' || often === '+' }
  })
}

const vms = (...all: readonly string[]): Complex => ({ space: VMS, children: children(...all) })
const common = (...all: readonly string[]): Complex => ({ space: COMMON, children: children(...all) })
const INDEX = /^\d+$/
const REFERENCE = { id: /^.+$/, version: /^.+$/, targetClass: /^vms:\w+$/ }

const TYPES: Readonly<Record<string, Complex>> = {
  PayloadPublication: {
    ...common(
      'feedDescription:Multilingual?',
      'feedType:string?',
      'publicationTime:dateTime',
      'publicationCreator:Identifier',
    ),
    attributes: { lang: /^[a-z]{2,3}$/, modelBaseVersion: /^3$/ },
  },
  VmsPublication: {
    ...vms('headerInformation:HeaderInformation', 'vmsControllerStatus:VmsControllerStatus+'),
    base: 'PayloadPublication',
  },
  HeaderInformation: common(
    'confidentiality:name?',
    'allowedDeliveryChannel:name*',
    'informationStatus:status',
  ),
  Identifier: common('country:country', 'nationalIdentifier:string'),
  Multilingual: common('values:MultilingualValues'),
  MultilingualValues: common('value:text+'),
  VmsControllerStatus: vms(
    ...[
      'vmsControllerTableReference:Reference',
      'vmsControllerReference:Reference',
      'statusUpdateTime:dateTime?',
    ],
    ...['informationManagerOverride:Identifier?', 'vmsStatus:IndexedStatus*', 'vmsControllerFault:none*'],
  ),
  Reference: { ...vms(), attributes: REFERENCE },
  IndexedStatus: { ...vms('vmsStatus:VmsStatus'), attributes: { vmsIndex: INDEX } },
  VmsStatus: vms(
    ...['flashingLightsOn:boolean?', 'remainingPowerCapacity:float?', 'statusUpdateTime:dateTime?'],
    ...[
      'sequencingInterval:float?',
      'workingStatus:working?',
      'vmsDynamicConfiguration:none?',
      'vmsMessage:IndexedMessage*',
    ],
  ),
  IndexedMessage: { ...vms('vmsMessage:VmsMessage'), attributes: { messageIndex: INDEX } },
  VmsMessage: vms(
    ...['associatedTrafficManagementPlan:string?', 'messageSetBy:Multilingual?', 'setBySystem:boolean?'],
    ...[
      'reasonForSetting:Multilingual?',
      'codedReasonForSetting:name?',
      'messageInformationType:information*',
    ],
    ...[
      'primarySetting:boolean?',
      'mareNostrumCompliant:boolean?',
      'timeLastSet:dateTime',
      'requestedBy:Multilingual?',
    ],
    ...[
      'relatedSituation:none*',
      'relatedSituationRecord:none*',
      'distanceFromClosestSituationRecord:float?',
    ],
    ...['sequencingInterval:float?', 'displayAreaSettings:AreaSettings*', 'image:none?'],
  ),
  AreaSettings: {
    ...vms('displayAreaSettings:DisplayAreaSettings'),
    attributes: { displayAreaIndex: INDEX },
  },
  PageSettings: { ...vms('displayAreaSettings:DisplayAreaSettings'), attributes: { pageNumber: INDEX } },
  DisplayAreaSettings: vms('isBlank:boolean?', 'legallyBinding:boolean?', 'legalBasis:Multilingual?'),
  TextDisplay: {
    ...vms('textCode:string?', 'textImageUrl:string?', 'textLine:IndexedLine*'),
    base: 'DisplayAreaSettings',
  },
  MultiPageDisplay: {
    ...vms('sequenceGroupNumber:index?', 'displayAreaSettings:PageSettings*'),
    base: 'DisplayAreaSettings',
  },
  IndexedLine: { ...vms('textLine:TextLine'), attributes: { lineIndex: INDEX } },
  TextLine: vms(
    ...[
      'textLine:string',
      'lineColour:name?',
      'lineFlashing:boolean?',
      'lineHtml:string?',
      'isExactTextOnSign:boolean?',
    ],
  ),
}

const SIMPLE: Readonly<Record<string, RegExp>> = {
  dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  string: /^.{0,1024}$/s,
  text: /^.{1,1024}$/s,
  name: /^[a-zA-Z]+$/,
  boolean: /^(true|false)$/,
  float: /^\d+(\.\d+)?$/,
  index: INDEX,
  country: /^[a-z]{2}$/,
  status: /^(real|securityExercise|technicalExercise|test)$/,
  working: /^(blank|covered|notWorking|working)$/,
  information:
    /^(campaignMessage|dateTime|futureInformation|instructionOrMessage|situationWarning|temperature|trafficManagement|travelTime)$/,
}

interface Element {
  readonly space: string
  readonly name: string
  /** By name; those of another namespace as `{namespace}name`. */
  readonly attributes: ReadonlyMap<string, string>
  readonly elements: Element[]
  /** Prefixes that hold here. */
  readonly scope: ReadonlyMap<string, string>
  text: string
}

/** What is wrong with a publication; empty when it is valid. */
export function datexFaults(xml: string): readonly string[] {
  const faults: string[] = []
  const root = parse(xml)
  if (root.space !== PAYLOAD || root.name !== 'payload') faults.push('the root is no payload of DATEX II v3')
  check(root, 'PayloadPublication', root.name, faults)
  return faults
}

function check(element: Element, declared: string, path: string, faults: string[]): void {
  const simple = SIMPLE[declared]
  if (simple !== undefined) {
    if (element.elements.length > 0 || !simple.test(element.text)) faults.push(`${path}: is no ${declared}`)
    return
  }
  const type = actualType(element, declared)
  const chain = type === undefined ? [] : lineage(type)
  if (type === undefined || !chain.includes(declared)) {
    faults.push(`${path}: has a type that may not stand for ${declared}`)
    return
  }
  if (element.text.trim() !== '') faults.push(`${path}: has text`)
  const own = chain.flatMap((one) => Object.entries(TYPES[one]?.attributes ?? {}))
  for (const [name, form] of own)
    if (!form.test(element.attributes.get(name) ?? '')) faults.push(`${path}: needs the attribute ${name}`)
  for (const name of element.attributes.keys())
    if (!name.startsWith('{') && !own.some(([one]) => one === name))
      faults.push(`${path}: has the attribute ${name}`)
  let at = 0
  for (const one of chain.toReversed())
    for (const child of TYPES[one]?.children ?? []) {
      let count = 0
      for (
        let next = element.elements[at];
        next?.name === child.name && next.space === TYPES[one]?.space;
        next = element.elements[at]
      ) {
        count += 1
        at += 1
        if (count === 1 || child.many) check(next, child.type, `${path}/${child.name}`, faults)
        else faults.push(`${path}: has ${child.name} more than once`)
      }
      if (count < child.least) faults.push(`${path}: needs ${child.name}`)
    }
  const rest = element.elements[at]
  if (rest !== undefined) faults.push(`${path}: has ${rest.name} where it may not be`)
}

function actualType(element: Element, declared: string): string | undefined {
  const said = element.attributes.get(`{${XSI}}type`)
  if (said === undefined) return declared
  const [prefix = '', name = ''] = said.split(':')
  return element.scope.get(prefix) === TYPES[name]?.space ? name : undefined
}

/** A type and what it extends, itself first. */
function lineage(type: string): readonly string[] {
  const base = TYPES[type]?.base
  return base === undefined ? [type] : [type, ...lineage(base)]
}

/** Elements, attributes and text. @throws Error when it is not well formed */
function parse(xml: string): Element {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  const open: Element[] = []
  let root: Element | undefined
  const token = /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  for (let last = 0; last < body.length; last = token.lastIndex) {
    token.lastIndex = last
    const found = token.exec(body)
    if (found === null) throw new Error(`is not well formed at ${body.slice(last, last + 40)}`)
    const [, close, qualified = '', attributes = '', empty, text] = found
    const parent = open.at(-1)
    if (text !== undefined) {
      if (parent !== undefined) parent.text += unescaped(text)
      else if (text.trim() !== '') throw new Error('has text outside its root')
    } else if (close) {
      const ended = open.pop()
      if (ended === undefined || named(qualified, ended.scope).join() !== [ended.space, ended.name].join())
        throw new Error(`ends ${qualified}, which is not open`)
    } else {
      const made = elementOf(qualified, attributes, parent?.scope ?? new Map())
      if (parent !== undefined) parent.elements.push(made)
      else if (root === undefined) root = made
      else throw new Error('has two roots')
      if (!empty) open.push(made)
    }
  }
  if (root === undefined || open.length > 0) throw new Error('does not end')
  return root
}

function elementOf(qualified: string, source: string, outer: ReadonlyMap<string, string>): Element {
  const pairs = [...source.matchAll(/([\w:]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescaped(value)] as const,
  )
  const scope = new Map(outer)
  for (const [name, value] of pairs) if (name.startsWith('xmlns:')) scope.set(name.slice(6), value)
  const attributes = new Map(
    pairs
      .filter(([name]) => !name.startsWith('xmlns'))
      .map(([name, value]): [string, string] => {
        const [prefix, local] = name.split(':')
        return local === undefined ? [name, value] : [`{${scope.get(prefix ?? '')}}${local}`, value]
      }),
  )
  const [space, name] = named(qualified, scope)
  return { space, name, attributes, elements: [], scope, text: '' }
}

function named(
  qualified: string,
  scope: ReadonlyMap<string, string>,
): readonly [space: string, name: string] {
  const [prefix = '', local = ''] = qualified.split(':')
  return [scope.get(prefix) ?? '', local]
}

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);|&/g, (_, name: string | undefined) => {
    const character = { amp: '&', lt: '<', gt: '>', quot: '"' }[name ?? '']
    if (character === undefined) throw new Error(`has the entity ${name}`)
    return character
  })
}
