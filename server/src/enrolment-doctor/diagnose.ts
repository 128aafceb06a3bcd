import type { DoctorFinding } from '@mooring/contract/enrolment-doctor'
import { reasonsBehind } from '../enrolment/index.ts'
import { aadstsClass } from '../entra/entra-error.ts'
import { describeTrouble } from '../entra/trouble.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { WINDOWS_CODES } from './codes.ts'
import { httpKey, type ReadCode } from './read-codes.ts'

type Words = { readonly texts: Texts; readonly language: Language }

/** What a code means: where Windows was, what happened, and what to do. */
export function diagnose(found: ReadCode, { texts, language }: Words): DoctorFinding {
  const say = (key: string, values: Record<string, string | number> = {}) =>
    texts.say(language, `doctor.${key}`, { code: found.code, ...values })
  const told = (key: string, values: Record<string, string | number> = {}) => ({
    title: say(`${key}.title`, values),
    cause: say(`${key}.cause`, values),
    remedy: say(`${key}.remedy`, values),
  })
  const stage = stageOf(found)
  const base = {
    code: found.code,
    name: found.kind === 'windows' ? (WINDOWS_CODES[found.code]?.name ?? null) : null,
    stage,
    story: say(`stage.${stage}`),
    shown: shown(),
    reasons: reasonsBehind(found.code).map((reason) => ({
      code: reason,
      cause: texts.say(language, `enrolment.${reason}.cause`),
      remedy: texts.say(language, `enrolment.${reason}.remedy`),
    })),
    link: null,
  }
  switch (found.kind) {
    case 'windows':
      return { ...base, ...told(found.code) }
    case 'http':
      return { ...base, ...told(`http.${httpKey(found.status)}`, { status: found.status }) }
    case 'terms':
      return { ...base, ...told(`terms.${found.code}`) }
    case 'family':
      return { ...base, ...told(`family.${found.family}`) }
    case 'aadsts': {
      const { code } = found
      const link = `https://login.microsoftonline.com/error?code=${code.replace('AADSTS', '')}`
      if (aadstsClass(code) === undefined) return { ...base, ...told('family.entra'), link }
      const { title, detail: cause, remedy } = describeTrouble(texts, language, code, { code })
      return { ...base, title, cause, remedy, link }
    }
  }

  function shown(): string | null {
    const key = `${found.code}.shown`
    if (texts.has(`doctor.${key}`)) return say(key)
    // The window of a join says this whenever the terms of use end in an error.
    if (stage === 'terms') return say('shown.terms')
    return found.kind === 'windows' ? say('shown.code') : null
  }
}

function stageOf(found: ReadCode): DoctorFinding['stage'] {
  switch (found.kind) {
    case 'windows':
      return WINDOWS_CODES[found.code]?.stage ?? 'device'
    case 'http':
      // Only the window of a join numbers statuses in this way.
      return found.code.startsWith('CAA') ? 'terms' : 'web'
    case 'terms':
      return 'terms'
    case 'aadsts':
      return 'join'
    case 'family':
      return found.family === 'enroller'
        ? 'enrolment'
        : found.family === 'windows'
          ? 'network'
          : 'join'
  }
}
