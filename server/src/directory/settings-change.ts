import type { DirectorySettings, OptionalAttribute } from '@mooring/contract/directory'
import { readsTheSame } from './settings.ts'

/** What saving other settings brings about. */
export type SettingsChange = {
  /** Everybody's state is worked out anew. */
  readonly settlesAll: boolean
  /** Who is in the scope is worked out anew. */
  readonly rescopesAll: boolean
  /** Other attributes are wanted: they come with a full read. */
  readonly readsAll: boolean
}

export function compareSettings(
  before: DirectorySettings,
  after: DirectorySettings,
): SettingsChange {
  const rescopesAll = told(before.scope) !== told(after.scope)
  const settlesAll =
    rescopesAll ||
    before.guests !== after.guests ||
    before.disabledUsers !== after.disabledUsers ||
    before.removedUsers.graceDays !== after.removedUsers.graceDays
  return { settlesAll, rescopesAll, readsAll: !readsTheSame(before, after) }
}

/** What is no longer wanted to be known of people. */
export type Dropped = {
  readonly attributes: readonly OptionalAttribute[]
  /** Names of custom fields. */
  readonly customFields: readonly string[]
}

/** @returns `undefined` when everything that was wanted still is. */
export function findDropped(
  before: DirectorySettings,
  after: DirectorySettings,
): Dropped | undefined {
  const attributes = before.attributes.filter((name) => !after.attributes.includes(name))
  const kept = new Set(after.customFields.map(({ name }) => name))
  const customFields = before.customFields.map(({ name }) => name).filter((name) => !kept.has(name))
  return attributes.length + customFields.length > 0 ? { attributes, customFields } : undefined
}

/** The same groups in another order are the same scope. */
function told(scope: DirectorySettings['scope']): string {
  if (scope.kind === 'all') return 'all'
  const groups = scope.groups.map(({ entraId, transitive }) => `${entraId} ${transitive}`)
  return groups.sort().join('\n')
}
