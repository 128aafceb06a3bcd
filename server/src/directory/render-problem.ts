import type { OpenProblem } from '@mooring/contract/directory'
import type { Trouble } from '@mooring/contract/problem'
import { z } from 'zod'
import type { Cloud } from '../entra/clouds.ts'
import { isGuid } from '../entra/ids.ts'
import { groupPage, userPage } from '../entra/portal-links.ts'
import { describeTrouble } from '../entra/trouble.ts'
import type { Language, Texts } from '../platform/texts.ts'
import type { RunProblem } from './sync-run.ts'

/** Why something could not be read, in the reader's language. */
export function toTroubleAnswer(texts: Texts, language: Language, problem: RunProblem): Trouble {
  return {
    code: problem.code,
    ...describeTrouble(texts, language, problem.code, problem.values),
    ...(isMicrosofts(problem.code) ? { microsoftCode: problem.code } : {}),
    ...(problem.microsoftTraceId ? { microsoftTraceId: problem.microsoftTraceId } : {}),
    at: problem.at,
  }
}

/** Ours begin in lower case; Microsoft's do not, but for one. */
const isMicrosofts = (code: string) => /^[A-Z]/.test(code) || code === 'syncStateNotFound'

const Values = z.record(z.string(), z.union([z.string(), z.number()]))

/** Why an object could not be taken over. @param values as they are kept. */
export function tellObjectProblem(
  texts: Texts,
  language: Language,
  code: string,
  values: unknown,
): string {
  return texts.say(language, `syncProblem.${code}`, Values.parse(values))
}

/** Where an object is seen in Entra. A device has no page by its object id, nor what came without an id. */
export function entraUrlOf(
  cloud: Cloud,
  { kind, entraId }: Pick<OpenProblem, 'kind' | 'entraId'>,
): string | null {
  if (entraId === null || !isGuid(entraId)) return null
  switch (kind) {
    case 'user':
      return userPage(cloud, entraId)
    case 'group':
    case 'membership':
      return groupPage(cloud, entraId)
    case 'device':
      return null
  }
}
