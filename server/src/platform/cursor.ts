import { z } from 'zod'
import { ApiError } from './api-error.ts'

/** The place in a list, as text that only we read. */
function writeCursor(...place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws {ApiError} 422 when the text is not a cursor that `writeCursor` made for such a list. */
export function readCursor<Place extends z.ZodType>(cursor: string, place: Place): z.output<Place> {
  try {
    const text = Buffer.from(cursor, 'base64url').toString('utf8')
    // A NUL cannot be in a text of PostgreSQL: no list of ours gave it out.
    if (text.includes('\\u0000')) throw new RangeError('a cursor with a NUL')
    return place.parse(JSON.parse(text))
  } catch (cause) {
    throw new ApiError(422, 'cursorInvalid', {
      fields: [{ path: 'cursor', message: 'cursorInvalid' }],
      cause,
    })
  }
}

/**
 * One page of a list answer.
 *
 * @param rows in order, one more than `limit` where there are more.
 * @param as how a row is told, and its place in the order.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  as: { item: (row: Row) => Item; key: (row: Row) => readonly (string | number)[] },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const isMore = rows.length > limit && last !== undefined
  return { items: shown.map(as.item), nextCursor: isMore ? writeCursor(...as.key(last)) : null }
}

/** The place of a list that is ordered by time. There is no year 0, for PostgreSQL as for people. */
export const TimeAndId = z.tuple([
  z.iso.datetime().refine((text) => !text.startsWith('0000')),
  z.string(),
])

/** The place of a list that is ordered by one text. */
export const OneText = z.tuple([z.string()])
