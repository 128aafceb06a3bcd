import { ApiError } from '../api.ts'

type FieldError = { path: string; message: string }

function errorsOf(error: Error | null): readonly FieldError[] {
  if (!(error instanceof ApiError) || error.failure.kind !== 'problem') return []
  return error.failure.problem.errors ?? []
}

/** `/body/credential/value`, `body.credential.value` and `credential.value` name the same field. */
function plainPath(path: string): string {
  return path
    .replaceAll('/', '.')
    .replace(/^\.+/, '')
    .replace(/^body\./, '')
}

/** The message of one field from a 422 answer. */
export function fieldError(error: Error | null, path: string): string | undefined {
  return errorsOf(error).find((entry) => plainPath(entry.path) === path)?.message
}

/** Whether an error is told at these fields already, so that it needs no notice of its own. */
export function isToldAtFields(error: Error | null, paths: readonly string[]): boolean {
  const errors = errorsOf(error)
  return errors.length > 0 && errors.every((entry) => paths.includes(plainPath(entry.path)))
}
