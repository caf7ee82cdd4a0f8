import type { ViewerToken } from '../player/viewer-token.ts'

/** The header that lets a program in where a browser has its cookie. */
export function bearer({ value }: Pick<ViewerToken, 'value'>): Record<string, string> {
  return { authorization: `Bearer ${value}` }
}
