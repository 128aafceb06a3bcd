import {
  type DirectorySettings,
  OPTIONAL_ATTRIBUTES,
  DirectorySettings as Schema,
} from '@mooring/contract/directory'

/** Who is synchronised, when, and with which limits. What an organization has not chosen is as here. */
export const DEFAULT_SETTINGS: DirectorySettings = {
  schedule: { kind: 'every', minutes: 15 },
  scope: { kind: 'all' },
  guests: 'exclude',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake: { atLeast: 20, percent: 10 },
  attributes: [...OPTIONAL_ATTRIBUTES],
  customFields: [],
  changeNotifications: true,
}

/** Settings as they were stored by this or an earlier version; what that did not know is the default. */
export function readSettings(stored: unknown): DirectorySettings {
  const known = typeof stored === 'object' && stored !== null ? stored : {}
  return Schema.parse({ ...DEFAULT_SETTINGS, ...known })
}

/** Whether two settings take over the same attributes: otherwise everything must be read again. */
export function readsTheSame(left: DirectorySettings, right: DirectorySettings): boolean {
  const told = ({ attributes, customFields }: DirectorySettings) =>
    JSON.stringify([attributes.toSorted(), customFields])
  return told(left) === told(right)
}
