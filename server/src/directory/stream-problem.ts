import { EntraError } from '../entra/entra-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import { toTrouble } from '../entra/trouble.ts'
import type { StreamKind } from './stream-kinds.ts'
import type { RunProblem } from './sync-run.ts'

/** Troubles that one stream can have while the others go on; anything else is our own fault. */
export function toStreamProblem(
  error: unknown,
  kind: StreamKind,
  at: string,
): RunProblem | undefined {
  const trouble = toTrouble(error)
  if (!trouble) return undefined
  const isGeneral = error instanceof EntraError || error instanceof NetworkError
  const values = {
    ...trouble.values,
    permission: kind.permissions[0],
    ...(isGeneral ? {} : { stream: kind.name }),
  }
  return { ...trouble, values, at }
}
