import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Something that must not be anywhere, in every form in which it might be. */
export interface Secret {
  readonly name: string
  readonly forms: readonly Buffer[]
}

/** A text: UTF-8 and UTF-16, as JSON and in a URL, in capitals and small letters, and base64 of it at any place of a longer text. */
export function secretText(name: string, text: string): Secret {
  const cases = [text, text.toUpperCase(), text.toLowerCase()]
  const written = cases.flatMap((one) => [one, escaped(one), encodeURIComponent(one)])
  return {
    name,
    forms: [
      ...written.map((one) => Buffer.from(one, 'utf8')),
      ...cases.map((one) => Buffer.from(one, 'utf16le')),
      ...base64Forms(Buffer.from(text, 'utf8')),
    ],
  }
}

/** Bytes: pieces from all over them, as they are and in base64; so a part of them is found too. */
export function secretBytes(name: string, bytes: Uint8Array): Secret {
  const pieces = Array.from({ length: PIECES }, (_, index) => {
    const start = Math.floor(((index + 0.5) * (bytes.length - PIECE)) / PIECES)
    return Buffer.from(bytes.subarray(start, start + PIECE))
  })
  return {
    name,
    forms: pieces.flatMap((piece) => [piece, Buffer.from(piece.toString('hex')), ...base64Forms(piece)]),
  }
}

const PIECES = 8
/** Bytes. */
const PIECE = 24

/** Which of `secrets` are in `content`, by name. */
export function found(secrets: readonly Secret[], content: Uint8Array | string): readonly string[] {
  const bytes = Buffer.from(content)
  return secrets.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ name }) => name)
}

/** Reads every byte of every file in `folder` and below it. @returns `file: secret`, sorted */
export function foundIn(folder: string, secrets: readonly Secret[]): readonly string[] {
  return filesOf(folder).flatMap((file) => {
    const names = found(secrets, Buffer.from(file))
    return [...names.map((name) => `the name of ${file}: ${name}`), ...inFile(file, secrets)]
  })
}

/** How many files {@link foundIn} reads, so that a test sees that it has read any. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function inFile(file: string, secrets: readonly Secret[]): readonly string[] {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch {
    // A browser deletes files while they are read.
    return []
  }
  return found(secrets, content).map((name) => `${file}: ${name}`)
}

/** As JSON writes what is not ASCII when it is asked to be careful. */
function escaped(text: string): string {
  return text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** base64 of `bytes` wherever they stand in what is encoded: three places, without the characters that share bits with others. */
function base64Forms(bytes: Uint8Array): Buffer[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const inner = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')].map((one) => Buffer.from(one))
  })
}
