import { readFileSync } from 'node:fs'

/**
 * Reads the viewer token whenever it is wanted: the player may not have written it yet, and writes another after a boot.
 *
 * @param path of the file
 * @param say to the operator, once until it can be read again
 * @returns the token; empty when it cannot be read, with which the player lets nobody in
 */
export function tokenReader(path: string, say: (sentence: string) => void): () => string {
  let complained = false
  return () => {
    try {
      const token = readFileSync(path, 'utf8').trim()
      complained = false
      return token
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      const fix = code === 'ENOENT' ? 'start the player, which writes it' : 'make it readable for this user'
      if (!complained) say(`The viewer token cannot be read from ${path} (${code}); ${fix}.`)
      complained = true
      return ''
    }
  }
}
