import { expect, test } from 'vitest'
import type { NodeId } from './device-node.ts'
import { nodeById } from './device-nodes.ts'
import { bookOf, factOf, isJudged, lastHeard, readFact, readValue, toneOf } from './read-fact.ts'

const since = '2026-03-01T08:00:00.000Z'
const wordsOf = (id: NodeId, value: string | null) => {
  const reading = readValue(nodeById(id), value)
  return reading.kind === 'state'
    ? reading.sayings.map(({ tone, word }) => `${tone} ${word}`).join(', ')
    : reading.kind
}

test.each<[NodeId, string, string]>([
  ['antivirus', '0', 'ok on'],
  ['antivirus', '1', 'wrong off'],
  ['antivirus', '2', 'wrong notMonitoring'],
  ['antivirus', '3', 'attention snoozed'],
  ['antivirus', '4', 'off notApplicable'],
  ['antivirusSignatures', '0', 'wrong outdated'],
  ['antivirusSignatures', '1', 'ok current'],
  ['antispyware', '2', 'wrong poor'],
  ['firewall', '2', 'attention partly'],
  ['secureBoot', '1', 'ok on'],
  ['secureBoot', '2', 'wrong off'],
  ['drive', 'true', 'ok encrypted'],
  ['drive', '0', 'wrong notEncrypted'],
  ['realTime', 'False', 'wrong off'],
  ['defenderSignatures', 'true', 'wrong outdated'],
  ['tpmVersion', '2.0, 0, 1.59', 'ok tpm20'],
  ['tpmVersion', 'Not Supported', 'wrong noTpm'],
  ['vbs', '0', 'ok running'],
  ['credentialGuard', '3', 'attention notConfigured'],
  ['drivePolicy', '0', 'ok meetsRules'],
  ['drivePolicy', '260', 'wrong systemDriveOpen, attention keyBackupFailed'],
  // Three bits that mean the same are said once.
  ['drivePolicy', '56', 'attention protectorMissing'],
  ['threats', '0', 'ok clean'],
  ['defenderState', '524288', 'ok well'],
  ['defenderState', '96', 'wrong outdated'],
])('%s: %s is said as "%s"', (id, value, words) => {
  expect(wordsOf(id, value)).toBe(words)
})

test.each<[NodeId, string | null, string]>([
  ['antivirus', '9', 'strange'],
  ['drivePolicy', '1073741824', 'strange'],
  ['drivePolicy', 'yes', 'strange'],
  ['tpmVersion', '7', 'strange'],
  ['ram', 'much', 'strange'],
  ['domain', '', 'unknown'],
  ['domain', null, 'unknown'],
  ['quickScanTime', 'yesterday', 'text'],
  ['quickScanTime', since, 'time'],
  ['licenceEdition', '48', 'edition'],
])('%s: %s is read as %s', (id, value, kind) => {
  expect(readValue(nodeById(id), value).kind).toBe(kind)
})

test('a device that answers with an error has told nothing', () => {
  const uri = './Device/Vendor/MSFT/DeviceStatus/Antivirus/Status'
  const book = bookOf([{ uri, value: '0', code: 404, since }])
  const node = nodeById('antivirus')

  expect(readFact(node, factOf(book, node))).toEqual({ kind: 'unknown' })
  expect(readFact(node, undefined)).toEqual({ kind: 'unknown' })
})

test('a fact is found however the device writes its node', () => {
  const uri = './Vendor/MSFT/DeviceStatus/Firewall/Status'
  const node = nodeById('firewall')

  expect(factOf(bookOf([{ uri, value: '0', code: 200, since }]), node)?.value).toBe('0')
})

test('of several sayings the gravest counts, and a mere value is not judged', () => {
  expect(toneOf(readValue(nodeById('drivePolicy'), '260'))).toBe('wrong')
  expect(toneOf(readValue(nodeById('ram'), '16384'))).toBeUndefined()
  expect(toneOf({ kind: 'strange', value: '9' })).toBe('unknown')
})

test('a node is judged when its values say good or bad', () => {
  const ids = ['firewall', 'tpmVersion', 'drivePolicy', 'quickScanTime'] as const

  expect(ids.map((id) => isJudged(nodeById(id)))).toEqual([true, true, true, false])
})

test('a device was heard when it was last seen or last told something, whichever is later', () => {
  const facts = [{ uri: './DevDetail/SwV', value: '10.0', code: 200, since }]

  expect(lastHeard(null, [])).toBeNull()
  expect(lastHeard(null, facts)).toBe(since)
  expect(lastHeard('2026-03-01T07:59:59.000Z', facts)).toBe(since)
  expect(lastHeard('2026-03-02T00:00:00.000Z', facts)).toBe('2026-03-02T00:00:00.000Z')
})
