import type { DirectorySettings } from '@mooring/contract/directory'
import { ApiError, type FieldError } from '../platform/api-error.ts'
import { checkCron, isTimeZone, SHORTEST_GAP_MINUTES } from './cron.ts'

/** The switches of the connection, if there is one. */
type Switches = { readonly syncUsers: boolean; readonly syncGroups: boolean }

/**
 * Checks what the schema cannot say.
 *
 * @throws {ApiError} 422 `invalidInput` with every field that is wrong; 409 `scopeNeedsGroups`: people
 *   cannot be chosen by groups that are not read.
 */
export function checkSettings(
  settings: DirectorySettings,
  connection: Switches | undefined,
  now: Date,
): void {
  const fields = [...scheduleFields(settings, now), ...scopeFields(settings), ...names(settings)]
  if (fields.length > 0) throw new ApiError(422, 'invalidInput', { fields })
  if (settings.scope.kind === 'groups' && !(connection?.syncUsers && connection.syncGroups)) {
    throw new ApiError(409, 'scopeNeedsGroups')
  }
}

function scheduleFields({ schedule }: DirectorySettings, now: Date): FieldError[] {
  if (schedule.kind !== 'cron') return []
  const problem = checkCron(schedule.expression, now)
  const values = { minutes: SHORTEST_GAP_MINUTES }
  return [
    ...(problem ? [{ path: 'schedule.expression', message: problem, values }] : []),
    ...(isTimeZone(schedule.timeZone)
      ? []
      : [{ path: 'schedule.timeZone', message: 'timeZoneUnknown' }]),
  ]
}

function scopeFields({ scope }: DirectorySettings): FieldError[] {
  if (scope.kind === 'all') return []
  const ids = scope.groups.map(({ entraId }) => entraId)
  return repeated(ids).map((index) => ({
    path: `scope.groups.${index}.entraId`,
    message: 'repeated',
  }))
}

/** Names that differ in case only would be taken for each other. */
function names({ customFields }: DirectorySettings): FieldError[] {
  const told = customFields.map(({ name }) => name.toLowerCase())
  return repeated(told).map((index) => ({
    path: `customFields.${index}.name`,
    message: 'repeated',
  }))
}

/** Where a text stands for the second time. */
const repeated = (texts: readonly string[]) =>
  texts.flatMap((text, index) => (texts.indexOf(text) < index ? [index] : []))
