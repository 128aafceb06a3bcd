import type { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { Values } from '../texts.ts'
import { isPlain } from './plain-text.ts'

type Field = { path: string; message: string; values: Values }

/**
 * Checks one part of a request.
 *
 * @throws {ApiError} 422 `invalidInput` with every field that is wrong.
 */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  if (!isPlain(value)) {
    throw new ApiError(422, 'invalidInput', { fields: [{ path: '', message: 'notPlain' }] })
  }
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw new ApiError(422, 'invalidInput', { fields: read.error.issues.flatMap(toFields) })
}

function toFields(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: 'unknown',
      values: {},
    }))
  }
  return [{ path: pathText(issue.path), ...messageOf(issue) }]
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** A message written in the schema as one word is the key of its text. */
const KEY = /^[a-z][A-Za-z]+$/

type Message = { message: string; values: Values }

/** Every text key this can give is in `FIELD_MESSAGES`. */
function messageOf(issue: z.core.$ZodIssue): Message {
  const values = {}
  if (KEY.test(issue.message)) return { message: issue.message, values }
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? { message: 'missing', values }
        : { message: 'wrongType', values: { expected: issue.expected } }
    case 'too_small': {
      const count = { count: Number(issue.minimum) }
      return issue.origin === 'string'
        ? { message: count.count === 1 ? 'empty' : 'tooShort', values: count }
        : { message: 'tooSmall', values: count }
    }
    case 'too_big': {
      const count = { count: Number(issue.maximum) }
      return { message: issue.origin === 'string' ? 'tooLong' : 'tooBig', values: count }
    }
    case 'invalid_format':
      if (issue.format === 'email') return { message: 'notAnEmail', values }
      return { message: 'wrongFormat', values }
    case 'invalid_value':
      return { message: 'notAChoice', values: { choices: issue.values.map(String).join(', ') } }
    default:
      return { message: 'invalid', values }
  }
}

/** The text keys (`field.…`) that this file gives by itself; schemas add their own. */
export const FIELD_MESSAGES = [
  'missing',
  'wrongType',
  'empty',
  'tooShort',
  'tooSmall',
  'tooLong',
  'tooBig',
  'notAnEmail',
  'wrongFormat',
  'notAChoice',
  'unknown',
  'invalid',
  'notPlain',
] as const
