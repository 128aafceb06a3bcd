import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OrganizationId } from '../platform/organization-id.ts'
import { FROM_INSIDE, hashEvent, toContent, writeCanonical } from './audit-event.ts'

const organization: OrganizationId = 'org_1'
const AT = new Date('2026-11-25T12:00:00Z')
const actor = { kind: 'administrator', id: 'adm_1', name: 'ada@example.org' } as const
const place = { number: 2, previousHash: 'ab' }

const content = (details: Record<string, string> = {}) =>
  toContent({ action: 'connection.saved', details }, { at: AT, actor, origin: FROM_INSIDE })

test('the same value is written the same, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse())

      expect(writeCanonical(turned)).toBe(writeCanonical(value))
      expect(JSON.parse(writeCanonical(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('anything that differs gives another hash', () => {
  const hash = hashEvent(organization, place, content())
  const others = [
    hashEvent('org_2', place, content()),
    hashEvent(organization, { ...place, number: 3 }, content()),
    hashEvent(organization, { ...place, previousHash: 'cd' }, content()),
    hashEvent(organization, place, content({ a: 'b' })),
    hashEvent(organization, place, { ...content(), at: new Date(AT.getTime() + 1) }),
    hashEvent(organization, place, { ...content(), outcome: 'refused' }),
    hashEvent(organization, place, { ...content(), clientAddress: '192.0.2.1' }),
  ]

  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set([hash, ...others]).size).toBe(others.length + 1)
})

test('what no database holds, or forges a line, is taken out', () => {
  const { details } = content({ name: 'a\u0000b\nc\ud800' })

  expect(details).toEqual({ name: 'a b c\ufffd' })
})

test('long values and long user agents are cut', () => {
  const origin = { ...FROM_INSIDE, userAgent: 'x'.repeat(1000) }
  const note = { action: 'guide.changed', details: { long: 'y'.repeat(9000) } } as const
  const cut = toContent(note, { at: AT, actor, origin })

  expect(cut.userAgent).toHaveLength(200)
  expect(cut.details['long']).toHaveLength(2000)
})
