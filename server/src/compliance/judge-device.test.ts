import { type ComplianceCheck, ComplianceRule } from '@mooring/contract/compliance'
import { TRAIT_NODES } from '@mooring/contract/device-traits'
import { describe, expect, test } from 'vitest'
import { checkDevice } from './check-device.ts'
import { gatherEvidence, type ToldFact } from './evidence.ts'
import { judgeDevice } from './judge-device.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 28, 12)
const LOCK = './Device/Vendor/MSFT/Policy/Result/DeviceLock/'
const THREATS = './Device/Vendor/MSFT/Defender/Health/ComputerState'

/** A healthy PC; what is given comes on top, and `undefined` takes a node away. */
function device(
  told: Readonly<Record<string, string | undefined>> = {},
  known: { since?: number; readAt?: number; seenAt?: number; applications?: string[] } = {},
) {
  const healthy: Record<string, string | undefined> = {
    [TRAIT_NODES.encryption]: 'true',
    [TRAIT_NODES.secureBoot]: '1',
    [TRAIT_NODES.tpm]: '2.0, 0, 1.38',
    [TRAIT_NODES.firewall]: '0',
    [TRAIT_NODES.antivirus]: '0',
    [TRAIT_NODES.antivirusSignatures]: '1',
    [TRAIT_NODES.signatureVersion]: '1.441.88.0',
    [TRAIT_NODES.build]: '10.0.26100.4349',
    [THREATS]: '0',
    [`${LOCK}DevicePasswordEnabled`]: '0',
    [`${LOCK}MinDevicePasswordLength`]: '8',
    ...told,
  }
  const since = known.since ?? NOW - DAY
  const facts: Record<string, ToldFact> = {}
  for (const [node, value] of Object.entries(healthy)) {
    facts[node] = value === undefined ? { code: 404, since } : { value, code: 200, since }
  }
  return gatherEvidence({
    facts,
    readAt: known.readAt ?? NOW,
    seenAt: known.seenAt ?? NOW - HOUR,
    applications: known.applications,
  })
}

const rule = (check: ComplianceCheck, graceDays = 7, id = check.kind) =>
  ComplianceRule.parse({ id, check, graceDays })

describe('a check', () => {
  test.each<[ComplianceCheck, Record<string, string>]>([
    [{ kind: 'encrypted' }, { [TRAIT_NODES.encryption]: 'false' }],
    [{ kind: 'secureBoot' }, { [TRAIT_NODES.secureBoot]: '2' }],
    [{ kind: 'tpm' }, { [TRAIT_NODES.tpm]: '1.2' }],
    [{ kind: 'firewall' }, { [TRAIT_NODES.firewall]: '1' }],
    [{ kind: 'antivirus' }, { [TRAIT_NODES.antivirus]: '1' }],
    [{ kind: 'signatures', days: 7 }, { [TRAIT_NODES.antivirusSignatures]: '0' }],
    [{ kind: 'threats' }, { [THREATS]: '16' }],
    [{ kind: 'build', atLeast: ['26100.4000'] }, { [TRAIT_NODES.build]: '10.0.26100.3999' }],
    [{ kind: 'password', length: 8 }, { [`${LOCK}MinDevicePasswordLength`]: '6' }],
    [{ kind: 'password', length: 8 }, { [`${LOCK}DevicePasswordEnabled`]: '1' }],
  ])('of $kind is met by a healthy device and broken by one that is not', (asked, told) => {
    expect(checkDevice(asked, device(), NOW).answer).toBe('met')
    expect(checkDevice(asked, device(told), NOW).answer).toBe('broken')
  })

  test.each<[ComplianceCheck, string]>([
    [{ kind: 'encrypted' }, TRAIT_NODES.encryption],
    [{ kind: 'secureBoot' }, TRAIT_NODES.secureBoot],
    [{ kind: 'tpm' }, TRAIT_NODES.tpm],
    [{ kind: 'firewall' }, TRAIT_NODES.firewall],
    [{ kind: 'antivirus' }, TRAIT_NODES.antivirus],
    [{ kind: 'threats' }, THREATS],
    [{ kind: 'build', atLeast: ['26100'] }, TRAIT_NODES.build],
    [{ kind: 'updates', days: 45 }, TRAIT_NODES.build],
    [{ kind: 'password', length: 6 }, `${LOCK}DevicePasswordEnabled`],
    [{ kind: 'password', length: 6 }, `${LOCK}MinDevicePasswordLength`],
  ])('of %o has no answer, and no bad one, where %s is not told', (asked, node) => {
    expect(checkDevice(asked, device({ [node]: undefined }), NOW).answer).toBe('unknown')
  })

  test('of what a device told as none of the documented values has no answer', () => {
    for (const value of ['', '7', 'ja', '-1', '0x0', 'TRUE;', '1e0']) {
      const odd = device({ [TRAIT_NODES.encryption]: value, [THREATS]: value })
      expect(checkDevice({ kind: 'encrypted' }, odd, NOW).answer).toBe('unknown')
      if (value !== '7') expect(checkDevice({ kind: 'threats' }, odd, NOW).answer).toBe('unknown')
    }
  })

  test('of a guard that is snoozed counts when a later reading finds the same', () => {
    const snoozed = { [TRAIT_NODES.firewall]: '3' }
    const justStarted = device(snoozed, { since: NOW, readAt: NOW })
    const anHourLater = device(snoozed, { since: NOW - HOUR, readAt: NOW })

    expect(checkDevice({ kind: 'firewall' }, justStarted, NOW).answer).toBe('unknown')
    expect(checkDevice({ kind: 'firewall' }, anHourLater, NOW).answer).toBe('broken')
  })

  test('of updates and signatures turns bad by time alone, at the moment that it names', () => {
    for (const asked of [
      { kind: 'updates', days: 45 },
      { kind: 'signatures', days: 45 },
    ] as const) {
      const { answer, turnsAt } = checkDevice(asked, device({}, { since: NOW }), NOW)
      const at = turnsAt ?? 0

      expect(answer).toBe('met')
      expect(at).toBe(NOW + 45 * DAY)
      expect(checkDevice(asked, device({}, { since: NOW }), at - 1).answer).toBe('met')
      expect(checkDevice(asked, device({}, { since: NOW }), at).answer).toBe('broken')
    }
  })

  test('of being seen counts from the last session', () => {
    const asked = { kind: 'seen', days: 14 } as const
    const away = (days: number) => device({}, { seenAt: NOW - days * DAY })

    expect(checkDevice(asked, away(13), NOW)).toMatchObject({ answer: 'met', turnsAt: NOW + DAY })
    expect(checkDevice(asked, away(14), NOW).answer).toBe('broken')
  })

  test.each([
    ['present', ['Mozilla Firefox (x64 de)'], 'met'],
    ['present', ['7-Zip'], 'broken'],
    ['present', undefined, 'unknown'],
    ['absent', ['Mozilla Firefox (x64 de)'], 'broken'],
    ['absent', ['7-Zip'], 'met'],
    ['absent', [], 'met'],
    ['absent', undefined, 'unknown'],
  ] as const)('that an application is %s, of %o, is %s', (mustBe, applications, answer) => {
    const asked = { kind: 'application', mustBe, name: 'firefox' } as const
    const known = applications ? { applications: [...applications] } : {}
    expect(checkDevice(asked, device({}, known), NOW).answer).toBe(answer)
  })
})

describe('the check of builds', () => {
  const asked = { atLeast: ['22631.5000', '26100.4000'], atMost: '26200' }
  test.each([
    ['10.0.22631.4999', 'broken'],
    ['10.0.22631.5000', 'met'],
    // Updates of one release say nothing of another.
    ['10.0.26100.3999', 'broken'],
    ['10.0.26100.4000', 'met'],
    // Older than what is listed, between what is listed, and newer than all of it.
    ['10.0.19045.6000', 'broken'],
    ['10.0.22635.1', 'broken'],
    ['10.0.26200.9999', 'met'],
    ['10.0.27000.1', 'broken'],
    ['10.0.26100', 'broken'],
    ['Windows 11', 'unknown'],
    ['10.0.99999999.1', 'unknown'],
  ])('finds %s %s', (build, answer) => {
    const found = checkDevice(
      { kind: 'build', ...asked },
      device({ [TRAIT_NODES.build]: build }),
      NOW,
    )
    expect(found.answer).toBe(answer)
  })

  test('lets in nothing after the very update that is named as the last', () => {
    const check: ComplianceCheck = { kind: 'build', atLeast: ['26100'], atMost: '26100.4349' }
    const of = (build: string) => checkDevice(check, device({ [TRAIT_NODES.build]: build }), NOW)

    expect(of('10.0.26100.4349').answer).toBe('met')
    expect(of('10.0.26100.4350').answer).toBe('broken')
  })
})

describe('a verdict', () => {
  const encrypted = rule({ kind: 'encrypted' })
  const open = device({ [TRAIT_NODES.encryption]: 'false' })
  const silent = device({ [TRAIT_NODES.encryption]: undefined })

  test('goes from grace to non-compliant by time alone, and says beforehand when', () => {
    const first = judgeDevice([encrypted], open, { before: [], now: NOW })
    const end = first.dueAt?.getTime() ?? 0
    const almost = judgeDevice([encrypted], open, { before: first.findings, now: end - 1 })
    const then = judgeDevice([encrypted], open, { before: almost.findings, now: end })

    expect(first).toMatchObject({
      verdict: 'inGrace',
      findings: [{ since: '2026-11-28T12:00:00.000Z', until: '2026-12-05T12:00:00.000Z' }],
    })
    expect(almost.verdict).toBe('inGrace')
    expect(then).toMatchObject({
      verdict: 'nonCompliant',
      findings: [{ state: 'violated', since: '2026-11-28T12:00:00.000Z' }],
      dueAt: undefined,
    })
  })

  test('without grace counts at once', () => {
    const strict = rule({ kind: 'encrypted' }, 0)
    expect(judgeDevice([strict], open, { before: [], now: NOW }).verdict).toBe('nonCompliant')
  })

  test('is not mended by silence, and grace goes on while a device says nothing', () => {
    const { findings } = judgeDevice([encrypted], open, { before: [], now: NOW })
    const quiet = judgeDevice([encrypted], silent, { before: findings, now: NOW + DAY })
    const after = judgeDevice([encrypted], silent, { before: quiet.findings, now: NOW + 8 * DAY })

    expect(quiet.verdict).toBe('inGrace')
    expect(after.verdict).toBe('nonCompliant')
  })

  test('of a device that never told is unknown since the first look, whatever time passes', () => {
    const first = judgeDevice([encrypted], silent, { before: [], now: NOW })
    const later = judgeDevice([encrypted], silent, { before: first.findings, now: NOW + 90 * DAY })

    expect(later).toMatchObject({
      verdict: 'unknown',
      findings: [{ state: 'unknown', since: '2026-11-28T12:00:00.000Z' }],
    })
  })

  test('begins grace anew for a device that was mended in between', () => {
    const first = judgeDevice([encrypted], open, { before: [], now: NOW })
    const mended = judgeDevice([encrypted], device(), { before: first.findings, now: NOW + DAY })
    const again = judgeDevice([encrypted], open, { before: mended.findings, now: NOW + 9 * DAY })

    expect(mended.verdict).toBe('compliant')
    expect(again).toMatchObject({ verdict: 'inGrace', dueAt: new Date(NOW + 16 * DAY) })
  })

  test('is that of the worst finding, and due again when the first of them turns', () => {
    const rules = [
      rule({ kind: 'secureBoot' }, 30),
      rule({ kind: 'firewall' }, 0),
      rule({ kind: 'tpm' }),
      rule({ kind: 'seen', days: 3 }),
    ]
    const bad = device({
      [TRAIT_NODES.secureBoot]: '0',
      [TRAIT_NODES.firewall]: '1',
      [TRAIT_NODES.tpm]: undefined,
    })
    const judged = judgeDevice(rules, bad, { before: [], now: NOW })

    expect(judged.verdict).toBe('nonCompliant')
    expect(judged.findings.map(({ state }) => state)).toEqual([
      'inGrace',
      'violated',
      'unknown',
      'met',
    ])
    expect(judged.dueAt).toEqual(new Date(NOW - HOUR + 3 * DAY))
  })

  test('shows what the device told, and of nothing asked there is none', () => {
    const { findings } = judgeDevice([rule({ kind: 'firewall' })], device(), {
      before: [],
      now: NOW,
    })

    expect(findings[0]?.evidence).toEqual([{ node: TRAIT_NODES.firewall, value: '0' }])
    expect(judgeDevice([], open, { before: [], now: NOW }).verdict).toBe('notEvaluated')
  })

  test('made again of the same is the same', () => {
    const rules = [encrypted, rule({ kind: 'updates', days: 45 })]
    const first = judgeDevice(rules, open, { before: [], now: NOW })
    expect(judgeDevice(rules, open, { before: first.findings, now: NOW })).toEqual(first)
  })
})
