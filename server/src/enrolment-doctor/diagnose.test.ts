import { describe, expect, test } from 'vitest'
import { enrolmentTexts } from '../enrolment/index.ts'
import { KNOWN_AADSTS } from '../entra/entra-error.ts'
import { entraTexts } from '../entra/texts.ts'
import { createTexts, LANGUAGES } from '../platform/texts.ts'
import { HTTP_STATUSES, TERMS_WORDS, WINDOWS_CODES } from './codes.ts'
import { diagnose } from './diagnose.ts'
import { enrolmentDoctorTexts } from './index.ts'
import { readCodes } from './read-codes.ts'

const texts = createTexts(entraTexts, enrolmentTexts, enrolmentDoctorTexts)

function explain(text: string, language: 'en' | 'de' = 'en') {
  const [code] = readCodes(text).codes
  if (!code) throw new Error(`${text} is no code`)
  return diagnose(code, { texts, language })
}

const KNOWN = [
  ...Object.keys(WINDOWS_CODES),
  ...[...HTTP_STATUSES, 302, 418].map((status) => `HTTP ${status}`),
  ...TERMS_WORDS,
  ...KNOWN_AADSTS,
  ...['0x8018FFFF', '0x801CFFFF', '0x8007FFFF', 'CAA2000B', 'CAA50021', 'AADSTS99999'],
]

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(KNOWN)('%s has a story, a cause and a cure, with every hole filled', (text) => {
    const { title, story, cause, remedy, shown } = explain(text, language)

    for (const words of [title, story, cause, remedy]) expect(words).toMatch(/\S/)
    expect([title, story, cause, remedy, shown].join(' ')).not.toMatch(/[{}]/)
  })
})

test('a code that this server answers with tells its reasons', () => {
  const { reasons, name, stage } = explain('0x80180013')

  expect(name).toBe('MENROLL_E_DEVICECAPREACHED')
  expect(stage).toBe('enrolment')
  expect(reasons).toMatchObject([
    { code: 'deviceCapReached', cause: expect.stringContaining('as many devices') },
  ])
})

test('a code of Entra leads to Microsoft’s page about it', () => {
  expect(explain('AADSTS50105')).toMatchObject({
    stage: 'join',
    link: 'https://login.microsoftonline.com/error?code=50105',
  })
})

test('a status within the window of the join is about the terms of use', () => {
  expect(explain('CAA30194')).toMatchObject({ stage: 'terms', title: 'The address was not found' })
})
