import type { z } from 'zod'
import { ApiError } from './api-error.ts'

/** The place in a list, as text that only we read. */
export function writeCursor(...place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws {ApiError} 422 when the text is not a cursor that `writeCursor` made for such a list. */
export function readCursor<Place extends z.ZodType>(cursor: string, place: Place): z.output<Place> {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new ApiError(422, 'cursorInvalid', {
      fields: [{ path: 'cursor', message: 'cursorInvalid' }],
      cause,
    })
  }
}
