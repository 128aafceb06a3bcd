import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Connection, NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import { Guide, StepId, type Track } from '@mooring/contract/set-up'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { connectionTexts, type Finding, renderFindings } from '../connection/index.ts'
import { CLOUDS } from '../entra/clouds.ts'
import { KNOWN_AADSTS } from '../entra/entra-error.ts'
import { entraTexts } from '../entra/texts.ts'
import { type Catalogue, createTexts, LANGUAGES, type Language } from '../platform/texts.ts'
import { setUpTexts } from './index.ts'
import { renderGuide } from './render-guide.ts'
import { MARKABLE } from './tracks.ts'

const SOURCES = join(import.meta.dirname, '..')
const FOLDERS = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('messages.en.json'))
  .map((path) => path.slice(0, -'messages.en.json'.length))
const catalogue = (folder: string, language: Language): Catalogue =>
  JSON.parse(readFileSync(join(SOURCES, folder, `messages.${language}.json`), 'utf8'))

const holes = (text: string | undefined) =>
  [...new Set(Array.from(text?.matchAll(/\{(\w+)\}/g) ?? [], (match) => match[1]))].sort()

describe.each(FOLDERS)('the texts of %s', (folder) => {
  const en = catalogue(folder, 'en')
  const de = catalogue(folder, 'de')

  test('have the same keys in both languages, in the same order', () => {
    expect(Object.keys(de)).toEqual(Object.keys(en))
  })

  test('have the same values to fill in', () => {
    for (const key of Object.keys(en)) {
      expect([key, holes(de[key])]).toEqual([key, holes(en[key])])
    }
  })

  test('are neither empty nor framed by blanks', () => {
    for (const [key, text] of [...Object.entries(en), ...Object.entries(de)]) {
      expect([key, text]).toEqual([key, text.trim()])
      expect([key, text]).not.toEqual([key, ''])
    }
  })
})

describe('the words for Microsoft’s codes', () => {
  const codes = Object.keys(entraTexts.en)
    .map((key) => /^trouble\.(AADSTS\d+)\.title$/.exec(key)?.[1])
    .filter((code) => code !== undefined)

  test('are there for every code that has a class, and for no other', () => {
    expect(codes.toSorted()).toEqual([...KNOWN_AADSTS].toSorted())
  })

  // Reference data beside the repository, read in place and never committed.
  const list = new URL(
    '../../../../shared/specs/samples/graph/aadsts-remedies.json',
    import.meta.url,
  )
  test.skipIf(!existsSync(list))(
    'are there for every code of the list of remedies (skipped where that list is absent)',
    () => {
      const remedies: { code: string }[] = JSON.parse(readFileSync(list, 'utf8'))

      expect(codes.toSorted()).toEqual(remedies.map(({ code }) => code).toSorted())
    },
  )

  test('stand alone: none sends the reader to another code', () => {
    for (const [key, text] of [
      ...Object.entries(entraTexts.en),
      ...Object.entries(entraTexts.de),
    ]) {
      expect([key, text]).not.toEqual([key, expect.stringMatching(/\d{5,}|AADSTS/)])
    }
  })

  test('consist of a title, what happened and what to do', () => {
    const parts = new Map<string, string[]>()
    for (const key of Object.keys(entraTexts.en)) {
      const cut = key.lastIndexOf('.')
      const code = key.slice(0, cut)
      parts.set(code, [...(parts.get(code) ?? []), key.slice(cut + 1)])
    }
    for (const [code, found] of parts) {
      expect([code, found]).toEqual([code, ['title', 'detail', 'remedy']])
    }
  })
})

type Check = Finding['state']
const states = fc.constantFrom<Check>('passed', 'failed')
const tokenCodes = fc.oneof(
  fc.constant('tokenReceived'),
  fc.constantFrom('dnsFailed', 'AADSTS', ...KNOWN_AADSTS),
)
const PERMISSION_CODES: Readonly<Record<string, string>> = {
  passed: 'granted',
  failed: 'permissionMissing',
}

const finding = (id: string, state: Check, code: string, more = {}): Finding => ({
  id,
  state,
  code,
  values: { code, oauthError: 'invalid_client', host: 'h', found: 'f', status: 500, ...more },
})

const findings = fc
  .record({ token: tokenCodes, granted: fc.tuple(states, states, states), users: states })
  .map(({ token, granted, users }): Finding[] => {
    const hasToken = token === 'tokenReceived'
    return [
      finding('token', hasToken ? 'passed' : 'failed', token),
      ...NEEDED_PERMISSIONS.map((permission, at) => {
        const state = hasToken ? (granted[at] ?? 'failed') : 'skipped'
        const code = PERMISSION_CODES[state] ?? 'noToken'
        return finding(`permission.${permission}`, state, code, { permission })
      }),
      finding(
        'read.users',
        hasToken ? users : 'skipped',
        users === 'passed' ? 'readable' : 'graphOther',
      ),
      finding('read.groups', hasToken ? 'passed' : 'skipped', 'readable'),
    ]
  })

const GUID = '11111111-1111-4111-8111-111111111111'
const AT = '2026-11-25T08:00:00.000Z'
const connections = fc.record({
  tenantId: fc.constant(GUID),
  clientId: fc.constant(GUID),
  credential: fc.record({
    kind: fc.constant('secret' as const),
    hint: fc.constant('abcd'),
    expiresAt: fc.constantFrom(null, '2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'),
    setAt: fc.constant(AT),
  }),
  syncUsers: fc.boolean(),
  syncGroups: fc.boolean(),
  createdAt: fc.constant(AT),
  updatedAt: fc.constant(AT),
  updatedBy: fc.constant('ada@example.org'),
}) satisfies fc.Arbitrary<Connection>

const parts = fc.record({
  track: fc.constantFrom<Track>('directory', 'windows'),
  connection: fc.option(connections, { nil: undefined }),
  findings: fc.option(findings, { nil: [] }),
  draft: fc.constantFrom(undefined, GUID),
  marked: fc.subarray([...MARKABLE]),
  enrolment: fc.record({
    termsAskedAt: fc.constantFrom(undefined, new Date(AT)),
    outside: fc.constantFrom(
      undefined,
      ...[[], ['tls'], ['discovery']].map((failed) => ({ testedAt: new Date(AT), failed })),
    ),
  }),
  publicUrl: fc.constantFrom('https://mdm.example.org', 'http://localhost:8080'),
  language: fc.constantFrom(...LANGUAGES),
})

describe('the guide', () => {
  const texts = createTexts(setUpTexts, connectionTexts, entraTexts)
  const used = new Set<string>()
  const recording: typeof texts = {
    has: texts.has,
    say(language, key, values) {
      used.add(key)
      return texts.say(language, key, values)
    },
  }

  test('has words for whatever the state is, in both languages, without a hole', () => {
    fc.assert(
      fc.property(parts, ({ language, publicUrl, track, draft, marked, ...given }) => {
        const found = { checkedAt: new Date(AT), tenantName: undefined, findings: given.findings }
        const guide = renderGuide(recording, language, {
          ...given,
          guide: {
            track,
            draft: { tenantId: draft, clientId: draft },
            marked: Object.fromEntries(marked.map((step) => [step, { by: 'ada', at: AT }])),
            changedBy: 'ada',
            changedAt: new Date(AT),
          },
          report: given.findings.length > 0 ? renderFindings(texts, language, found) : undefined,
          cloud: CLOUDS.global,
          publicUrl: new URL(publicUrl),
          slug: 'north',
          now: new Date(AT),
        })

        expect(Guide.parse(guide)).toEqual(guide)
        expect(JSON.stringify(guide.steps)).not.toMatch(/\{\w+\}/)
        for (const step of guide.steps) {
          expect(step.instructions).not.toEqual([])
          expect([step.id, step.state, step.remedy === undefined]).toEqual([
            step.id,
            step.state,
            step.state === 'done',
          ])
        }
        const next = guide.steps.find(
          ({ state, marked: mark }) => state !== 'done' && !(state === 'notVisible' && mark),
        )
        expect(guide.nextStep).toBe(next?.id ?? null)
      }),
      { numRuns: 600 },
    )
  })

  test('uses every one of its texts', () => {
    const own = Object.keys(setUpTexts.en).filter((key) => !key.startsWith('field.'))

    expect(own.filter((key) => !used.has(key))).toEqual([])
  })

  test('marks only steps that may stay unseen', () => {
    expect(StepId.options.filter((step) => !MARKABLE.has(step))).toEqual([
      'ids',
      'secret',
      'consent',
      'services',
    ])
  })
})
