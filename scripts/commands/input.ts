import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { type Fault, formatFault, readDocument } from '../../display-client/base/document.ts'
import type { Result } from '../../display-client/base/result.ts'
import { Mistake } from './terminal.ts'

/** Why a file cannot be read, by the code of the system. */
const REASONS: Readonly<Partial<Record<string, string>>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder; name a file in it',
}

/** The text of a file that a person named. @throws Mistake */
export function readText(file: string): string {
  return readBytes(file).toString('utf8')
}

/** The bytes of a file that a person named. @throws Mistake */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Mistake(`${file}: ${reasonOf(error)}`, { cause: error })
  }
}

/** Reads one document of a person. @throws Mistake with a line for each fault */
export function readFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  return orMistake(readDocument(file, readText(file), schema))
}

/** The value; or ends the command with its faults. @throws Mistake */
export function orMistake<Value>(result: Result<Value, readonly Fault[]>): Value {
  if (result.ok) return result.value
  throw new Mistake(result.failure.map(formatFault))
}

/** What the system says is wrong, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error))
}
