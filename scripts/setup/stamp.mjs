// Stamps say for which input a step was completed. A stamp is removed before its step begins and written when the
// step is done, so that a step that was interrupted half way is done again.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * @param {Iterable<string | Buffer>} parts
 * @returns {string}
 */
export function fingerprint(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}

/**
 * @param {string} file
 * @param {string} wanted
 */
export function isStamped(file, wanted) {
  return existsSync(file) && readFileSync(file, 'utf8') === wanted
}

/** @param {string} file */
export function unstamp(file) {
  rmSync(file, { force: true })
}

/**
 * @param {string} file
 * @param {string} value
 */
export function stamp(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, value)
}
