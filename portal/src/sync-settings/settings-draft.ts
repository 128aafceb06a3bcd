import type {
  CustomAttribute,
  DirectorySettings,
  OptionalAttribute,
  Schedule,
} from '@mooring/contract/directory'

/** The settings as a form holds them: what is not chosen now is kept, numbers are still texts. */
export type Draft = {
  schedule: Schedule['kind']
  minutes: number
  expression: string
  timeZone: string
  scope: DirectorySettings['scope']['kind']
  groups: readonly { entraId: string; transitive: boolean }[]
  guests: DirectorySettings['guests']
  disabledUsers: DirectorySettings['disabledUsers']
  graceDays: string
  atLeast: string
  percent: string
  attributes: readonly OptionalAttribute[]
  /** `key` tells the rows of the form apart. */
  customFields: readonly { key: number; name: string; attribute: CustomAttribute }[]
  changeNotifications: boolean
}

const USUAL_MINUTES = 15
const USUAL_EXPRESSION = '0 6 * * *'

/** @param timeZone the browser's, for whoever chooses set times for the first time. */
export function toDraft(settings: DirectorySettings, timeZone: string): Draft {
  const { schedule, scope, removedUsers, brake } = settings
  return {
    schedule: schedule.kind,
    minutes: schedule.kind === 'every' ? schedule.minutes : USUAL_MINUTES,
    expression: schedule.kind === 'cron' ? schedule.expression : USUAL_EXPRESSION,
    timeZone: schedule.kind === 'cron' ? schedule.timeZone : timeZone,
    scope: scope.kind,
    groups: scope.kind === 'groups' ? scope.groups : [],
    guests: settings.guests,
    disabledUsers: settings.disabledUsers,
    graceDays: String(removedUsers.graceDays),
    atLeast: String(brake.atLeast),
    percent: String(brake.percent),
    attributes: settings.attributes,
    customFields: settings.customFields.map((field, key) => ({ key, ...field })),
    changeNotifications: settings.changeNotifications,
  }
}

/** What is sent. Only for a draft without errors of its own. */
export function toSettings(draft: Draft): DirectorySettings {
  return {
    schedule: toSchedule(draft),
    scope: draft.scope === 'all' ? { kind: 'all' } : { kind: 'groups', groups: [...draft.groups] },
    guests: draft.guests,
    disabledUsers: draft.disabledUsers,
    removedUsers: { graceDays: Number(draft.graceDays) },
    brake: { atLeast: Number(draft.atLeast), percent: Number(draft.percent) },
    // In one order, so that ticking and unticking is no change.
    attributes: [...draft.attributes].sort(),
    customFields: draft.customFields.map(({ name, attribute }) => ({
      name: name.trim(),
      attribute,
    })),
    changeNotifications: draft.changeNotifications,
  }
}

function toSchedule({ schedule, minutes, expression, timeZone }: Draft): Schedule {
  switch (schedule) {
    case 'off':
      return { kind: 'off' }
    case 'every':
      return { kind: 'every', minutes }
    case 'cron':
      return { kind: 'cron', expression: expression.trim().replace(/\s+/g, ' '), timeZone }
  }
}

export type Part = keyof DirectorySettings
const PARTS: readonly Part[] = [
  'schedule',
  'scope',
  'guests',
  'disabledUsers',
  'removedUsers',
  'brake',
  'attributes',
  'customFields',
  'changeNotifications',
]

/** Which settings a draft changes. */
export function changedParts(before: Draft, after: Draft): Part[] {
  const [was, is] = [toSettings(before), toSettings(after)]
  return PARTS.filter((part) => JSON.stringify(was[part]) !== JSON.stringify(is[part]))
}

/** Intervals to choose from, in minutes, with the present one among them. */
export function intervals(present: number): number[] {
  const usual = [5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440]
  return [...new Set([...usual, present])].sort((a, b) => a - b)
}
