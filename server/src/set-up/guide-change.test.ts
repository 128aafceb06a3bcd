import { GuidePatch, StepId } from '@mooring/contract/set-up'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { toGuideChange } from './guide-change.ts'
import { MARKABLE } from './tracks.ts'

const ID = '11111111-1111-4111-8111-111111111111'

/** The patch as the HTTP edge lets it through, then as the room reads it. */
const read = (body: unknown) => toGuideChange(GuidePatch.parse(body))

function refused(body: unknown) {
  try {
    read(body)
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, fields: error.fields }
    throw error
  }
  return undefined
}

test('a pasted id may have blanks around it and capitals', () => {
  expect(read({ draft: { tenantId: ` ${ID.toUpperCase()}\n` } })).toEqual({
    tenantId: ID,
    mark: [],
    unmark: [],
  })
})

test.each([null, '', '   '])('%j empties a field of the draft', (clientId) => {
  expect(read({ draft: { clientId } })).toEqual({ clientId: null, mark: [], unmark: [] })
})

test('a draft that is no GUID is refused, each field by itself', () => {
  expect(refused({ draft: { tenantId: 'contoso.onmicrosoft.com', clientId: `{${ID}}` } })).toEqual({
    status: 422,
    fields: [
      { path: 'draft.tenantId', message: 'notAGuid' },
      { path: 'draft.clientId', message: 'notAGuid' },
    ],
  })
})

test.each(StepId.options)('a mark on "%s" is taken only if the step cannot show itself', (step) => {
  const answer = refused({ marked: { [step]: true } })

  expect(answer).toEqual(
    MARKABLE.has(step)
      ? undefined
      : { status: 422, fields: [{ path: `marked.${step}`, message: 'stepNotMarkable' }] },
  )
})

test.each([{}, { draft: {} }, { marked: {} }])('%j changes nothing', (body) => {
  expect(read(body)).toBeUndefined()
})

test.each([
  ['an unknown field', { secret: 'x' }],
  ['a secret in the draft', { draft: { clientSecret: 'x' } }],
  ['an unknown step', { marked: { everything: true } }],
  ['a step named like a part of every object', { marked: { constructor: true } }],
  ['a mark that is no boolean', { marked: { domain: { by: 'eve' } } }],
  ['an unknown track', { track: 'linux' }],
  ['a number for an id', { draft: { tenantId: 7 } }],
  ['a very long id', { draft: { tenantId: 'a'.repeat(201) } }],
  ['a list', []],
  ['null', null],
])('%s does not get past the edge', (_what, body) => {
  expect(GuidePatch.safeParse(body).success).toBe(false)
})

test('whatever text an id is, it is kept as a GUID, emptied or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.uuid()), (tenantId) => {
      if (refused({ draft: { tenantId } })) return
      const kept = read({ draft: { tenantId } })?.tenantId

      if (kept !== null) expect(kept).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    }),
  )
})
