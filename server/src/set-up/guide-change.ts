import { looksLikeGuid } from '@mooring/contract/connection'
import { type GuidePatch, StepId } from '@mooring/contract/set-up'
import { ApiError, type FieldError } from '../platform/api-error.ts'
import type { GuideChange } from './set-up-store.ts'
import { MARKABLE } from './tracks.ts'

/**
 * Reads what a patch wants changed.
 *
 * @returns `undefined` when it names nothing.
 * @throws {ApiError} 422 `invalidInput`: a draft id that is no GUID, or a mark on a step that shows
 *   by itself whether it is done.
 */
export function toGuideChange(patch: GuidePatch): GuideChange | undefined {
  const errors: FieldError[] = []
  const tenantId = readDraftId('tenantId', patch, errors)
  const clientId = readDraftId('clientId', patch, errors)
  const marks = StepId.options.filter((step) => patch.marked?.[step] !== undefined)
  const mark = marks.filter((step) => patch.marked?.[step])
  for (const step of mark.filter((step) => !MARKABLE.has(step))) {
    errors.push({ path: `marked.${step}`, message: 'stepNotMarkable' })
  }
  if (errors.length > 0) throw new ApiError(422, 'invalidInput', { fields: errors })
  const isNothing =
    !patch.track && tenantId === undefined && clientId === undefined && marks.length === 0
  if (isNothing) return undefined
  return {
    ...(patch.track ? { track: patch.track } : {}),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(clientId === undefined ? {} : { clientId }),
    mark,
    unmark: marks.filter((step) => !patch.marked?.[step]),
  }
}

/** An emptied field is no field; blanks and capitals come along with a copy and are forgiven. */
function readDraftId(
  name: 'tenantId' | 'clientId',
  patch: GuidePatch,
  errors: FieldError[],
): string | null | undefined {
  const pasted = patch.draft?.[name]
  if (pasted === undefined || pasted === null) return pasted
  const id = pasted.trim().toLowerCase()
  if (id === '') return null
  if (!looksLikeGuid(id)) errors.push({ path: `draft.${name}`, message: 'notAGuid' })
  return id
}
