import type { Problem } from '@mooring/contract/problem'
import { ApiError } from '../api-error.ts'
import type { Language, Texts, Values } from '../texts.ts'

type Telling = {
  readonly texts: Texts
  readonly language: Language
  readonly traceId: string
  readonly publicUrl: URL
}

/** Puts a refusal into words. @see RFC 9457 §3 */
export function toProblem(error: ApiError, telling: Telling): Problem {
  const { texts, language, traceId, publicUrl } = telling
  const say = (part: string, values: Values) => {
    const key = `problem.${error.code}.${part}`
    // A missing text must not hide the refusal itself; a test sees that none is missing.
    return texts.has(key) ? texts.say(language, key, values) : error.code
  }
  const values = { ...error.values, traceId }
  return {
    type: `${publicUrl.origin}/api/docs#problem-${error.code}`,
    title: say('title', values),
    status: error.status,
    detail: say('detail', values),
    code: error.code,
    remedy: say('remedy', values),
    traceId,
    ...(error.instead === undefined ? {} : { instead: error.instead }),
    ...(error.fields.length > 0
      ? {
          errors: error.fields.map(({ path, message, values: fieldValues }) => ({
            path,
            message: texts.has(`field.${message}`)
              ? texts.say(language, `field.${message}`, { ...error.values, ...fieldValues })
              : texts.say(language, 'field.invalid'),
          })),
        }
      : {}),
  }
}

/** What the HTTP library itself refuses, by its code. */
const LIBRARY: Readonly<Record<string, [status: number, code: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'bodyTooLarge'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'mediaTypeUnsupported'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'badRequest'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'malformedJson'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'malformedJson'],
  FST_ERR_BAD_URL: [400, 'badRequest'],
  FST_ERR_ASYNC_CONSTRAINT: [400, 'badRequest'],
  FST_ERR_MAX_PARAM_LENGTH: [404, 'notFound'],
}

/** Translates whatever was thrown. `undefined`: our own fault, of which the caller learns nothing. */
export function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  const known = typeof code === 'string' ? LIBRARY[code] : undefined
  if (known) return new ApiError(known[0], known[1], { cause: error })
  // The JSON parser marks what it refuses (a broken text, a `__proto__`) with 400.
  if (error instanceof SyntaxError && statusCode === 400) {
    return new ApiError(400, 'malformedJson', { cause: error })
  }
  // Of the portal's folder: a path that leads out of it, a hidden file, a folder.
  if (statusCode === 403 || statusCode === 404) {
    return new ApiError(404, 'notFound', { cause: error })
  }
  return statusCode === 400 ? new ApiError(400, 'badRequest', { cause: error }) : undefined
}
