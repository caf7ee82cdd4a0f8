import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml'
import type { z } from 'zod'
import { plainWords } from './plain-words.ts'
import { fail, ok, type Result } from './result.ts'

/** One thing wrong in a file that a person wrote, with where it is and what to do about it. */
export interface Fault {
  /** The file as the person named it. */
  readonly file: string
  /** 1-based; 0 when the fault is the file as a whole. */
  readonly line: number
  /** 1-based; 0 when the fault is the file as a whole. */
  readonly column: number
  /** Dotted path of the value, e.g. `panels.2.pixels.width`; empty at the top. */
  readonly path: string
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string
}

/** `player.yaml:12:5 panels.2.output: …`: the form editors and terminals turn into a link. */
export function formatFault(fault: Fault): string {
  const place = fault.line > 0 ? `:${fault.line}:${fault.column}` : ''
  const path = fault.path === '' ? ':' : ` ${fault.path}:`
  return `${fault.file}${place}${path} ${fault.message}`
}

/**
 * More than any real template, panel or alert holds; bounds the work a hostile file can cause (DESIGN §6.8).
 * Characters.
 */
const LARGEST_DOCUMENT = 1_000_000

/** Nothing of ours nests even half as deep. Levels of lists and blocks. */
const DEEPEST_DOCUMENT = 64

/** Nobody reads further, and a hostile file can hold a hundred thousand. */
const MOST_FAULTS = 50

/**
 * Reads one YAML 1.2 or JSON document (JSON is a subset) against a schema.
 *
 * Every fault carries the line and column of the value it is about; at most 50 are given. Aliases are refused: nothing
 * of ours needs them and they are how a small file becomes a huge one.
 *
 * @param file name to show in faults; nothing is opened
 * @param text the document
 * @param schema what it must be
 */
export function readDocument<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): Result<z.output<Schema>, readonly Fault[]> {
  const whole = (message: string): Result<never, readonly Fault[]> =>
    fail([{ file, line: 0, column: 0, path: '', message }])
  if (text.length > LARGEST_DOCUMENT) {
    return whole(`is ${text.length} characters long; the most that is read is ${LARGEST_DOCUMENT}`)
  }
  const lines = new LineCounter()
  // The parser's own search for equal keys is quadratic (a minute for a large map): `unwanted` looks for them.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const at = (offset: number, path: readonly PropertyKey[], message: string): Fault => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, path: path.map(String).join('.'), message }
  }
  const errors = document.errors.length > 0 ? syntaxFaults(document.errors) : unwanted(document)
  if (errors.length > 0) return fail(errors.map(({ offset, message }) => at(offset, [], message)))
  const read = schema.safeParse(document.toJS(), { error: plainWords })
  if (read.success) return ok(read.data)
  const faults = read.error.issues.slice(0, MOST_FAULTS).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys
        .slice(0, MOST_FAULTS)
        .map((key) =>
          at(
            keyOffset(document, issue.path, key),
            [...issue.path, key],
            'is not a known key; remove it or correct its spelling',
          ),
        )
    }
    const missing = ABSENCE.has(issue.code) && document.getIn(issue.path, true) === undefined
    const message = missing ? `is missing; ${issue.message}` : issue.message
    return [at(valueOffset(document, issue.path), issue.path, message)]
  })
  return fail(faults.slice(0, MOST_FAULTS))
}

/** What zod calls it when there should have been a value and there is none. */
const ABSENCE: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

interface Unwanted {
  readonly offset: number
  readonly message: string
}

function syntaxFaults(errors: readonly YAMLParseError[]): readonly Unwanted[] {
  // The parser reports that its stack is full as a fault of the text, and then many that follow from it.
  const full = errors.find((error) => /call stack|stack overflow/i.test(error.message))
  if (full) return [{ offset: full.pos[0], message: TOO_DEEP }]
  return errors.slice(0, MOST_FAULTS).map((error) => ({
    offset: error.pos[0],
    message:
      error.code === 'MULTIPLE_DOCS'
        ? 'starts a second document; keep one document in a file'
        : firstLine(error.message),
  }))
}

const TOO_DEEP = `is nested deeper than ${DEEPEST_DOCUMENT} levels`

/** What YAML allows and we do not: aliases, two equal keys in one block, and boundless nesting. */
function unwanted(document: Document.Parsed): readonly Unwanted[] {
  const found: Unwanted[] = []
  const report = (node: Node, message: string): typeof visit.BREAK | typeof visit.SKIP => {
    found.push({ offset: node.range?.[0] ?? 0, message })
    return found.length < MOST_FAULTS ? visit.SKIP : visit.BREAK
  }
  visit(document, {
    Alias: (_, node) => report(node, 'uses a YAML alias (*name); write the value out instead'),
    Collection: (_, node, ancestors) => {
      if (ancestors.filter(isCollection).length >= DEEPEST_DOCUMENT) return report(node, TOO_DEEP)
      if (!isMap(node)) return undefined
      const seen = new Set<string>()
      for (const { key } of node.items) {
        const name = isScalar(key) ? String(key.value) : undefined
        if (name === undefined)
          return report(isNode(key) ? key : node, 'must be a plain key, not a list or a block')
        if (seen.has(name)) return report(key as Node, 'is a key that stands here twice; remove one')
        seen.add(name)
      }
      return undefined
    },
  })
  return found
}

/** Where the value at `path` stands, or the nearest thing around it that exists. Offset in characters. */
function valueOffset(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range[0] ?? 0
}

/** Where the name `key` stands in the block at `path`. Offset in characters. */
function keyOffset(document: Document.Parsed, path: readonly PropertyKey[], key: string): number {
  const block = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isMap<ParsedNode>(block)) {
    const pair = block.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (pair?.key.range) return pair.key.range[0]
  }
  return valueOffset(document, path)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value && !isAlias(value)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
