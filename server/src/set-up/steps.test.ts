import { type Connection, NEEDED_PERMISSIONS } from '@mooring/contract/connection'
import type { StepId, StepState, Track } from '@mooring/contract/set-up'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../connection/index.ts'
import { type GuideFacts, judgeStep } from './steps.ts'

const NOW = new Date('2026-11-25T08:00:00Z')
const TENANT = '11111111-1111-4111-8111-111111111111'
const CLIENT = '22222222-2222-4222-8222-222222222222'

const CONNECTION: Connection = {
  tenantId: TENANT,
  clientId: CLIENT,
  credential: { kind: 'secret', hint: 'abcd', expiresAt: null, setAt: NOW.toISOString() },
  syncUsers: true,
  syncGroups: true,
  createdAt: NOW.toISOString(),
  updatedAt: NOW.toISOString(),
  updatedBy: 'ada@example.org',
}
const expiring = (expiresAt: string): Connection => ({
  ...CONNECTION,
  credential: { ...CONNECTION.credential, expiresAt },
})

const facts = (track: Track, more: Partial<GuideFacts> = {}): GuideFacts => ({
  track,
  connection: undefined,
  draft: {},
  findings: [],
  publicUrl: new URL('https://mdm.example.org'),
  now: NOW,
  ...more,
})

const tokenFailed = (code: string): Finding[] => [
  { id: 'token', state: 'failed', code },
  ...NEEDED_PERMISSIONS.map(
    (name): Finding => ({
      id: `permission.${name}`,
      state: 'skipped',
      code: 'noToken',
    }),
  ),
]
const ALL_WELL: Finding[] = [
  { id: 'token', state: 'passed', code: 'tokenReceived' },
  ...NEEDED_PERMISSIONS.map(
    (name): Finding => ({
      id: `permission.${name}`,
      state: 'passed',
      code: 'granted',
    }),
  ),
  { id: 'read.users', state: 'passed', code: 'readable' },
  { id: 'read.groups', state: 'passed', code: 'readable' },
]
const besides = (...changed: Finding[]) => [
  ...ALL_WELL.filter(({ id }) => !changed.some((finding) => finding.id === id)),
  ...changed,
]
const missing = (name: string): Finding => ({
  id: `permission.${name}`,
  state: 'failed',
  code: 'permissionMissing',
})

type Row = [when: string, step: StepId, more: Partial<GuideFacts>, StepState, words: string]

/** What the verdict rests on: our own reason, or the check whose words are taken. */
function told(step: StepId, given: GuideFacts): [StepState, string] {
  const { state, words } = judgeStep(step, given)
  return [state, words.kind === 'own' ? words.reason : `check ${words.id}`]
}

const saved = { connection: CONNECTION }

/** The same in both tracks. */
const BOTH: readonly Row[] = [
  ['nothing is filled in', 'ids', {}, 'open', 'idsMissing'],
  ['one id is filled in', 'ids', { draft: { tenantId: TENANT } }, 'open', 'idsMissing'],
  [
    'both ids are filled in',
    'ids',
    { draft: { tenantId: TENANT, clientId: CLIENT } },
    'open',
    'idsFilledIn',
  ],
  ['the connection is saved, but not checked', 'ids', saved, 'open', 'idsUnchecked'],
  ['Entra gave a token', 'ids', { ...saved, findings: ALL_WELL }, 'done', 'idsKnown'],
  ...['AADSTS700016', 'AADSTS90002', 'AADSTS900023', 'AADSTS90038'].map(
    (code): Row => [
      `Entra says ${code}`,
      'ids',
      { ...saved, findings: tokenFailed(code) },
      'wrong',
      'check token',
    ],
  ),
  [
    'only the secret is wrong',
    'ids',
    { ...saved, findings: tokenFailed('AADSTS7000215') },
    'done',
    'idsKnown',
  ],
  [
    'Entra was not reached',
    'ids',
    { ...saved, findings: tokenFailed('dnsFailed') },
    'open',
    'idsUnchecked',
  ],

  ['there is no connection', 'secret', {}, 'open', 'secretMissing'],
  ['it is saved, but not checked', 'secret', saved, 'open', 'secretUnchecked'],
  ['Entra accepts it', 'secret', { ...saved, findings: ALL_WELL }, 'done', 'secretAccepted'],
  [
    'Entra accepts it and its end is known',
    'secret',
    { connection: expiring('2027-11-25T00:00:00.000Z'), findings: ALL_WELL },
    'done',
    'secretAcceptedUntil',
  ],
  ...['AADSTS7000215', 'AADSTS7000222', 'AADSTS70021'].map(
    (code): Row => [
      `Entra says ${code}`,
      'secret',
      { ...saved, findings: tokenFailed(code) },
      'wrong',
      'check token',
    ],
  ),
  [
    'the saved date is past, although the last check was well',
    'secret',
    { connection: expiring('2026-11-25T08:00:00.000Z'), findings: ALL_WELL },
    'wrong',
    'secretExpired',
  ],
  [
    'the tenant is unknown, so Entra never looked at it',
    'secret',
    { ...saved, findings: tokenFailed('AADSTS90002') },
    'open',
    'secretUnchecked',
  ],

  ['there is no connection', 'permissions', {}, 'notVisible', 'permissionsUnseen'],
  [
    'all are in the token',
    'permissions',
    { ...saved, findings: ALL_WELL },
    'done',
    'permissionsGranted',
  ],
  [
    'one is not in the token',
    'permissions',
    { ...saved, findings: besides(missing('Group.Read.All')) },
    'notVisible',
    'permissionsUnseen',
  ],

  ['there is no connection', 'consent', {}, 'open', 'consentFirst'],
  ['the connection is not checked', 'consent', saved, 'open', 'consentUnchecked'],
  ['all are in the token', 'consent', { ...saved, findings: ALL_WELL }, 'done', 'consentGranted'],
  [
    'one is not in the token',
    'consent',
    { ...saved, findings: besides(missing('Group.Read.All')) },
    'wrong',
    'consentMissing',
  ],
  [
    'Entra says that consent is missing',
    'consent',
    { ...saved, findings: tokenFailed('AADSTS650056') },
    'wrong',
    'check token',
  ],
  [
    'there is no token',
    'consent',
    { ...saved, findings: tokenFailed('AADSTS7000215') },
    'open',
    'consentUnchecked',
  ],

  ['there is no connection', 'services', {}, 'open', 'servicesOpen'],
  ['both are on', 'services', saved, 'done', 'servicesBoth'],
  [
    'only users are on',
    'services',
    { connection: { ...CONNECTION, syncGroups: false } },
    'done',
    'servicesUsers',
  ],
  [
    'only groups are on',
    'services',
    { connection: { ...CONNECTION, syncUsers: false } },
    'done',
    'servicesGroups',
  ],
  [
    'neither is on',
    'services',
    { connection: { ...CONNECTION, syncUsers: false, syncGroups: false } },
    'done',
    'servicesNone',
  ],
  [
    'users cannot be read although the permission is there',
    'services',
    { ...saved, findings: besides({ id: 'read.users', state: 'failed', code: 'graphOther' }) },
    'wrong',
    'check read.users',
  ],
  [
    'groups cannot be read, but are switched off',
    'services',
    {
      connection: { ...CONNECTION, syncGroups: false },
      findings: besides({ id: 'read.groups', state: 'failed', code: 'graphOther' }),
    },
    'done',
    'servicesUsers',
  ],
  [
    'groups cannot be read for want of the permission, which is the fault of consent',
    'services',
    {
      ...saved,
      findings: besides(missing('Group.Read.All'), {
        id: 'read.groups',
        state: 'failed',
        code: 'Authorization_RequestDenied',
      }),
    },
    'done',
    'servicesBoth',
  ],

  ...['dnsFailed', 'tlsFailed', 'notJson', 'AADSTS53003', 'AADSTS700024', 'AADSTS1', 'AADSTS'].map(
    (code): Row => [
      `the last check met ${code}`,
      'prerequisites',
      { ...saved, findings: tokenFailed(code) },
      'wrong',
      'check token',
    ],
  ),
  [
    'Entra is out of order for a while, which nobody has to mend',
    'prerequisites',
    { ...saved, findings: tokenFailed('AADSTS90033') },
    'notVisible',
    'prerequisitesUnseen',
  ],
  ['nothing is known', 'prerequisites', {}, 'notVisible', 'prerequisitesUnseen'],
]

const DIRECTORY: readonly Row[] = [
  ['Entra answers', 'prerequisites', { findings: ALL_WELL }, 'done', 'prerequisitesMet'],
  [
    'the server has a loopback address, which suffices for this track',
    'prerequisites',
    { findings: ALL_WELL, publicUrl: new URL('http://localhost:8080') },
    'done',
    'prerequisitesMet',
  ],
  ['nothing is known', 'app-registration', {}, 'notVisible', 'registrationUnseen'],
  [
    'Entra gave a token',
    'app-registration',
    { ...saved, findings: ALL_WELL },
    'done',
    'registrationFound',
  ],
  [
    'only the secret is wrong',
    'app-registration',
    { ...saved, findings: tokenFailed('AADSTS7000222') },
    'done',
    'registrationFound',
  ],
  [
    'the application is switched off',
    'app-registration',
    { ...saved, findings: tokenFailed('AADSTS7000112') },
    'wrong',
    'check token',
  ],
  [
    'the application is unknown, which the ids tell',
    'app-registration',
    { ...saved, findings: tokenFailed('AADSTS700016') },
    'notVisible',
    'registrationUnseen',
  ],
]

const WINDOWS: readonly Row[] = [
  [
    'Entra answers, but whether the internet reaches us is another matter',
    'prerequisites',
    { findings: ALL_WELL },
    'notVisible',
    'prerequisitesOutside',
  ],
  ...['http://localhost:8080', 'https://127.0.0.1', 'https://[::1]:8443'].map(
    (url): Row => [
      `the server is at ${url}`,
      'prerequisites',
      { findings: ALL_WELL, publicUrl: new URL(url) },
      'notVisible',
      'prerequisitesLoopback',
    ],
  ),
  ...(
    [
      ['domain', 'domainUnseen'],
      ['mdm-application', 'mdmApplicationUnseen'],
      ['mdm-urls', 'mdmUrlsUnseen'],
      ['application-id-uri', 'applicationIdUriUnseen'],
      ['redirect-uri', 'redirectUriUnseen'],
    ] as const
  ).map(
    ([step, reason]): Row => [
      'all is well, but Entra does not show it to us',
      step,
      { ...saved, findings: ALL_WELL },
      'notVisible',
      reason,
    ],
  ),
  [
    'the application is switched off',
    'mdm-application',
    { ...saved, findings: tokenFailed('AADSTS7000112') },
    'wrong',
    'check token',
  ],
]

for (const track of ['directory', 'windows'] as const) {
  describe(`in the track "${track}"`, () => {
    const own = track === 'directory' ? DIRECTORY : WINDOWS
    test.each([...BOTH, ...own])('when %s, the step "%s"', (_when, step, more, state, words) => {
      expect(told(step, facts(track, more))).toEqual([state, words])
    })
  })
}

test('a missing permission is named', () => {
  const findings = besides(missing('User.Read.All'), missing('Device.ReadWrite.All'))

  expect(judgeStep('consent', facts('windows', { ...saved, findings })).words).toMatchObject({
    code: 'permissionMissing',
    values: { permissions: 'User.Read.All, Device.ReadWrite.All' },
  })
})

test('the days of a secret are whole days that remain', () => {
  const connection = expiring('2026-11-27T07:59:59.000Z')

  expect(judgeStep('secret', facts('windows', { connection, findings: ALL_WELL })).words).toEqual({
    kind: 'own',
    reason: 'secretAcceptedUntil',
    values: { days: 1, date: '2026-11-27' },
  })
})

describe('what devices and the test from outside have shown', () => {
  const testedAt = new Date('2026-11-24T08:00:00Z')
  const termsAskedAt = new Date('2026-11-23T08:00:00Z')
  const shown = (enrolment: GuideFacts['enrolment']) =>
    facts('windows', { connection: CONNECTION, findings: ALL_WELL, enrolment })
  const reason = (step: Parameters<typeof judgeStep>[0], given: GuideFacts['enrolment']) => {
    const { state, words } = judgeStep(step, shown(given))
    return [state, words.kind === 'own' ? words.reason : words.id]
  }

  test('a test that got through shows that the internet reaches this server', () => {
    const given = { termsAskedAt: undefined, outside: { testedAt, failed: [] } }

    expect(reason('prerequisites', given)).toEqual(['done', 'prerequisitesTested'])
    expect(reason('mdm-urls', given)).toEqual(['notVisible', 'mdmUrlsAnswer'])
  })

  test('a test that did not is told where it matters', () => {
    const unreached = { termsAskedAt, outside: { testedAt, failed: ['tls'] } }
    const blocked = { termsAskedAt, outside: { testedAt, failed: ['discovery'] } }

    expect(reason('prerequisites', unreached)).toEqual(['wrong', 'prerequisitesTestFailed'])
    expect(reason('mdm-urls', unreached)).toEqual(['wrong', 'mdmUrlsTestFailed'])
    expect(reason('prerequisites', blocked)).toEqual(['done', 'prerequisitesTested'])
    expect(reason('mdm-urls', blocked)).toEqual(['wrong', 'mdmUrlsTestFailed'])
  })

  test('a device that came has found the application and its URLs', () => {
    const given = { termsAskedAt, outside: undefined }

    expect(reason('mdm-application', given)).toEqual(['done', 'mdmApplicationSeen'])
    expect(reason('mdm-urls', given)).toEqual(['done', 'mdmUrlsSeen'])
  })
})
