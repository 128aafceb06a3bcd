import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, endpoints } from '@mooring/contract/endpoints'
import { expect, test } from 'vitest'
import { FIELD_MESSAGES } from '../platform/http/read-input.ts'
import { LANGUAGES } from '../platform/texts.ts'
import { problemCodes, texts } from './texts.ts'

const SOURCE = 'server/src'
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(SOURCE, name), 'utf8'))
const contract = readdirSync('contract/src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('contract/src', name), 'utf8'))

const found = (sources: readonly string[], pattern: RegExp) => [
  ...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))),
]

const thrown = found(files, /new ApiError\(\s*\d+,\s*'(\w+)'/g)
const library = found(files, /: \[\d+, '(\w+)'\]/g)

test('every room says the same things in every language, with the same values', () => {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('messages.en.json'),
  )
  const read = (name: string) =>
    JSON.parse(readFileSync(join(SOURCE, name), 'utf8')) as Record<string, string>
  const values = (text = '') => (text.match(/\{\w+\}/g) ?? []).sort()

  expect(names.length).toBeGreaterThan(3)
  for (const name of names) {
    const en = read(name)
    const de = read(name.replace('.en.', '.de.'))
    expect(Object.keys(de), name).toEqual(Object.keys(en))
    for (const key of Object.keys(en)) {
      expect(new Set(values(de[key])), key).toEqual(new Set(values(en[key])))
    }
  }
})

test('every reason to refuse is told in every language', () => {
  expect(thrown).toContain('signInNeeded')
  expect(library).toContain('bodyTooLarge')
  for (const code of [...thrown, ...library]) {
    for (const part of ['title', 'detail', 'remedy']) {
      for (const language of LANGUAGES) {
        expect(() => texts.say(language, `problem.${code}.${part}`)).not.toThrow()
      }
    }
  }
})

test('no reason is told that is never given', () => {
  const unused = problemCodes.filter((code) => !files.some((text) => text.includes(`'${code}'`)))

  expect(unused).toEqual([])
})

test('what can be wrong with a field is told in every language', () => {
  const ofContract = found(contract, /(?:error: |\(\d+, |\$\/, )'([a-z][A-Za-z]+)'/g)
  const ofRooms = found(files, /message: '(\w+)'/g)
  for (const message of [...FIELD_MESSAGES, ...ofContract, ...ofRooms]) {
    for (const language of LANGUAGES) {
      expect(() => texts.say(language, `field.${message}`), message).not.toThrow()
    }
  }
})

test('whatever asks for a proof is named in every language, and nothing else is', () => {
  const table: Readonly<Record<string, Endpoint>> = endpoints
  const dangerous = Object.keys(table).filter((name) => table[name]?.stepUp)
  const catalogue = readFileSync(join(SOURCE, 'sign-in/messages.en.json'), 'utf8')

  const named = found([catalogue], /"stepUp\.act\.(\w+)"/g)

  expect(named.sort()).toEqual(dangerous.sort())
})
