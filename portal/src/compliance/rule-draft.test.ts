import { expect, test } from 'vitest'
import { CHECK_KINDS, readDraft, WHOLE_DRAFT } from './rule-draft.ts'

test('of each kind a whole form makes a rule, under an id of its own', () => {
  const whole = { ...WHOLE_DRAFT, builds: '26100.4349, 22631', name: 'Firefox' }
  const rules = CHECK_KINDS.map((kind) => readDraft({ ...whole, kind }, [kind, `${kind}-2`]))

  expect(rules.map((rule) => rule?.id)).toEqual(CHECK_KINDS.map((kind) => `${kind}-3`))
  expect(rules[CHECK_KINDS.indexOf('build')]?.check).toEqual({
    kind: 'build',
    atLeast: ['26100.4349', '22631'],
  })
})

test.each([
  ['build', { builds: '' }],
  ['build', { builds: 'Windows 11' }],
  ['application', { name: ' ' }],
  ['seen', { days: '' }],
  ['seen', { days: 366 }],
  ['password', { length: 3 }],
  ['encrypted', { graceDays: '' }],
  ['encrypted', { graceDays: -1 }],
] as const)('a form for %s with %o makes none', (kind, typed) => {
  expect(readDraft({ ...WHOLE_DRAFT, kind, ...typed }, [])).toBeUndefined()
})
