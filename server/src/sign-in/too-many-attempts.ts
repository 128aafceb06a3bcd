import { ApiError } from '../platform/api-error.ts'

/** What somebody is told who has to wait. */
export function tooManyAttempts(until: Date, now: Date): ApiError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
  const minutes = Math.ceil(seconds / 60)
  return new ApiError(429, 'tooManyAttempts', { values: { minutes }, retryAfterSeconds: seconds })
}
