import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatRejection, REJECTIONS } from './rejection.ts'

describe('REJECTIONS', () => {
  const page = readFileSync(new URL('../../docs/rejections.md', import.meta.url), 'utf8')
  const sections = new Map(
    page
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
  )

  it('each have a section in docs/rejections.md, and no section is about anything else', () => {
    expect([...sections.keys()]).toEqual(Object.keys(REJECTIONS))
  })

  it('are each explained there: what it means and what to do', () => {
    for (const section of sections.values()) {
      expect(section).toMatch(/\*\*Means\.\*\* \S/)
      expect(section).toMatch(/\*\*Do\.\*\* \S/)
    }
  })
})

describe('formatRejection', () => {
  it('gives the code, its words and the detail', () => {
    expect(formatRejection({ code: 'key-unknown', detail: 'kid demo-2' })).toBe(
      'key-unknown: signed with a key that is not in the keyring of this device (kid demo-2)',
    )
  })

  it('leaves out a detail that is empty', () => {
    expect(formatRejection({ code: 'expired', detail: '' })).toBe('expired: already expired on arrival')
  })
})
