import type { Draft } from './settings-draft.ts'

/** What is wrong with a draft before anybody is asked, by the path that the API would name. */
export type DraftError =
  | { kind: 'noGroup' | 'cron' | 'fieldName' | 'twice' }
  | { kind: 'wholeNumber' | 'number'; from: number; to: number }
export type DraftErrors = ReadonlyMap<string, DraftError>

/** As the contract's `CustomField`. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,39}$/

export function draftErrors(draft: Draft): DraftErrors {
  const errors = new Map<string, DraftError>()
  if (draft.schedule === 'cron' && draft.expression.trim().split(/\s+/).length !== 5) {
    errors.set('schedule.expression', { kind: 'cron' })
  }
  if (draft.scope === 'groups' && draft.groups.length === 0) {
    errors.set('scope.groups', { kind: 'noGroup' })
  }
  const number = (path: string, text: string, to: number, kind: 'wholeNumber' | 'number') => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    const fits = value >= 0 && value <= to && (kind === 'number' || Number.isInteger(value))
    if (!fits) errors.set(path, { kind, from: 0, to })
  }
  number('removedUsers.graceDays', draft.graceDays, 365, 'wholeNumber')
  number('brake.atLeast', draft.atLeast, 100_000, 'wholeNumber')
  number('brake.percent', draft.percent, 100, 'number')
  const names = draft.customFields.map(({ name }) => name.trim().toLowerCase())
  for (const [index, { name }] of draft.customFields.entries()) {
    const path = `customFields.${index}.name`
    if (!FIELD_NAME.test(name.trim())) errors.set(path, { kind: 'fieldName' })
    else if (names.indexOf(name.trim().toLowerCase()) < index) errors.set(path, { kind: 'twice' })
  }
  return errors
}

/** Every path at which the form can tell an error of the API. */
export function fieldPaths(draft: Draft): string[] {
  return [
    'schedule.minutes',
    'schedule.expression',
    'schedule.timeZone',
    'scope.groups',
    ...draft.groups.map((_, index) => `scope.groups.${index}.entraId`),
    'removedUsers.graceDays',
    'brake.atLeast',
    'brake.percent',
    ...draft.customFields.flatMap((_, index) => [
      `customFields.${index}.name`,
      `customFields.${index}.attribute`,
    ]),
  ]
}
