import { expect, test } from 'vitest'
import { networkCards, threatsOf } from './device-lists.ts'

const since = '2026-03-01T08:00:00.000Z'
const facts = (values: Record<string, string | null>) =>
  Object.entries(values).map(([uri, value]) => ({ uri, value, code: 200, since }))
const CARD = './Device/Vendor/MSFT/DeviceStatus/NetworkIdentifiers/'
const DETECTIONS = './Device/Vendor/MSFT/Defender/Detections/'

test('network cards are gathered by their MAC address', () => {
  const cards = networkCards(
    facts({
      [`${CARD.slice(0, -1)}?list=StructData`]: 'AA:BB/CC:DD',
      [`${CARD}AA:BB/IPAddressV4`]: '192.0.2.17',
      [`${CARD}AA:BB/IPAddressV6`]: '2001:db8::17',
      [`${CARD}AA:BB/IsConnected`]: 'true',
      [`${CARD}AA:BB/Type`]: '2',
      [`${CARD}CC:DD/IPAddressV4`]: null,
      [`${CARD}CC:DD/IsConnected`]: 'false',
    }),
  )

  expect(cards).toEqual([
    {
      mac: 'AA:BB',
      kind: 'wireless',
      isConnected: true,
      addresses: ['192.0.2.17', '2001:db8::17'],
    },
    { mac: 'CC:DD', kind: 'unknown', isConnected: false, addresses: [] },
  ])
})

test('what Defender found has its name and what became of it', () => {
  const threats = threatsOf(
    facts({
      [`${DETECTIONS}2147519003/Name`]: 'Virus:DOS/EICAR_Test_File',
      [`${DETECTIONS}2147519003/CurrentStatus`]: '6',
      [`${DETECTIONS}42/CurrentStatus`]: '99',
    }),
  )

  expect(threats).toEqual([
    { id: '2147519003', name: 'Virus:DOS/EICAR_Test_File', state: 'quarantined' },
    { id: '42', name: '42', state: undefined },
  ])
})
