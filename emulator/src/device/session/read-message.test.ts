/** Messages of a server, good and bad. Samples are read in place; where they are absent, skipped. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { command } from '../testing/management.ts'
import { type Exchange, readMessage } from './read-message.ts'
import type { Violation } from './violation.ts'
import { readSyncmlXml } from './xml.ts'

const exchange: Exchange = {
  sessionId: '7',
  msgId: 1,
  serverMsgId: 1,
  deviceId: 'B5B954E81FBCB94EB79BD08BE625F4EE',
  address: 'https://dm.example.org/ManagementServer/MDM.svc',
  sent: new Map([
    ['2', 'Alert'],
    ['3', 'Alert'],
    ['4', 'Replace'],
  ]),
}

function read(text: string, changed: Partial<Exchange> = {}) {
  const violations: Pick<Violation, 'kind' | 'detail'>[] = []
  const message = readMessage(text, { ...exchange, ...changed }, (kind, detail) =>
    violations.push({ kind, detail }),
  )
  return { message, kinds: violations.map(({ kind }) => kind) }
}

const status = (id: number, ref: number, name: string, more = '') =>
  `<Status><CmdID>${id}</CmdID><MsgRef>1</MsgRef><CmdRef>${ref}</CmdRef><Cmd>${name}</Cmd>${more}<Data>200</Data></Status>`
const statuses = [
  status(1, 0, 'SyncHdr'),
  status(2, 2, 'Alert'),
  status(3, 3, 'Alert'),
  status(4, 4, 'Replace'),
].join('')
const uri = './Vendor/MSFT/DeviceStatus/SecureBootState'
const good = (commands: string, about = statuses) =>
  `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>7</SessionID><MsgID>1</MsgID><Target><LocURI>${exchange.deviceId}</LocURI></Target><Source><LocURI>${exchange.address}</LocURI></Source></SyncHdr><SyncBody>${about}${commands}<Final/></SyncBody></SyncML>`
const policy = './Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera'
const replace = command('Replace', 5, policy, { data: '1', format: 'int' })

test('a good message is read whole', () => {
  const { message, kinds } = read(good(replace))

  expect(kinds).toEqual([])
  expect(message).toMatchObject({
    isFinal: true,
    commands: [
      { name: 'Replace', cmdId: '5', items: [{ target: policy, format: 'int', data: '1' }] },
    ],
  })
})

describe('what ends the session', () => {
  test.each([
    ['not XML', good('').replace('</SyncBody>', ''), ['notXml']],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY a "b">]>${good('')}`, ['notXml']],
    ['an unknown entity', good('').replace('DM/1.2', 'DM/1.2&nbsp;'), ['notXml']],
    ['something else', '<html/>', ['envelope']],
    ['another session', good('').replace('<SessionID>7<', '<SessionID>8<'), ['sessionId']],
    ['another version', good('').replace('DM/1.2<', 'DM/1.1<'), ['header']],
    [
      'a header in another order',
      good('').replace(/(<SessionID>.*?<\/SessionID>)(<MsgID>.*?<\/MsgID>)/, '$2$1'),
      ['elementOrder'],
    ],
  ] as const)('%s', (_what, text, kinds) => {
    expect(read(text)).toEqual({ message: undefined, kinds })
  })

  test('Source and Target not swapped', () => {
    const { deviceId, address } = exchange
    const text = good('')
      .replace(deviceId, 'X')
      .replace(address, deviceId)
      .replace('>X<', `>${address}<`)

    const { message, kinds } = read(text)

    expect(kinds).toEqual(['sourceTarget'])
    expect(message?.header.refusal).toBe(404)
  })
})

describe('what is answered with a status of its own', () => {
  test.each([
    ['no CmdID', replace.replace('<CmdID>5</CmdID>', ''), 'cmdIdMissing', 400],
    ['CmdID 0', replace.replace('>5<', '>0<'), 'cmdIdMissing', 400],
    ['the CmdID of a Status', replace.replace('>5<', '>4<'), 'cmdIdDuplicate', 400],
    ['CDATA', replace.replace('>1<', '><![CDATA[1]]><'), 'cdata', 400],
    [
      'Meta without its namespace',
      replace.replace(' xmlns="syncml:metinf"', ''),
      'metaNamespace',
      400,
    ],
    [
      'Item before CmdID',
      replace.replace(/(<CmdID>5<\/CmdID>)(<Item>.*<\/Item>)/, '$2$1'),
      'elementOrder',
      400,
    ],
    [
      'Data before Target',
      replace.replace(/(<Target>.*<\/Target>)(<Meta>.*<\/Meta>)(<Data>1<\/Data>)/, '$3$1$2'),
      'elementOrder',
      400,
    ],
    ['a leading slash', command('Get', 5, '/Device/Vendor/MSFT/x'), 'locUri', 400],
    ['a brace in a name', command('Get', 5, './Device/Vendor/MSFT/x/{1}'), 'locUri', 400],
    ['a blank in a name', command('Get', 5, './Device/Vendor/MSFT/DEMO MDM'), 'locUri', 400],
    ['an empty name', command('Get', 5, './Device//MSFT'), 'locUri', 400],
    ['XML that is not escaped', replace.replace('>1<', '><a/><'), 'nestedElements', 400],
    ['an unknown format', replace.replace('>int<', '>integer<'), 'unknownFormat', 415],
    ['no Item', '<Get><CmdID>5</CmdID></Get>', 'itemMissing', 400],
    ['a command Windows has not', command('Copy', 5, uri), 'unknownCommand', 406],
    ['a command nobody has', command('Frobnicate', 5, uri), 'unknownCommand', 400],
  ] as const)('%s', (_what, text, kind, refusal) => {
    const { message, kinds } = read(good(text))

    expect(kinds).toEqual([kind])
    expect(message?.commands[0]?.refusal).toBe(refusal)
  })

  test('an Atomic takes no Get, no Atomic, and not both scopes', () => {
    const user = command('Replace', 8, './User/Vendor/MSFT/Policy/Config/Start/x', { data: '1' })
    const atomic = (id: number, inside: string) => `<Atomic><CmdID>${id}</CmdID>${inside}</Atomic>`

    expect(read(good(atomic(9, command('Get', 5, uri)))).kinds).toEqual(['getInAtomic'])
    expect(read(good(atomic(9, atomic(10, replace)))).kinds).toEqual(['nestedAtomic'])
    const mixed = read(good(atomic(9, replace + user)))
    expect(mixed.kinds).toEqual(['mixedScopes'])
    expect(mixed.message?.commands[0]?.refusal).toBe(507)
  })

  test('a command inside an Atomic needs a CmdID of its own', () => {
    const inside = replace.replace('<CmdID>5</CmdID>', '')

    const { message, kinds } = read(good(`<Atomic><CmdID>9</CmdID>${inside}</Atomic>`))

    expect(kinds).toEqual(['cmdIdMissing'])
    expect(message?.commands[0]?.inside[0]?.refusal).toBe(400)
  })
})

describe('what is noted only', () => {
  test.each([
    ['no Status of the header', good('', ''), ['statusMissing']],
    [
      'the Status of another message',
      good('').replace(/<MsgRef>1/g, '<MsgRef>2'),
      Array(4).fill('msgRef'),
    ],
    ['a Status for another command', good('').replace('<Cmd>Replace', '<Cmd>Get'), ['cmdRef']],
    [
      'Statuses out of order',
      good('', status(1, 0, 'SyncHdr') + status(2, 3, 'Alert') + status(3, 2, 'Alert')),
      ['statusOrder'],
    ],
    [
      'a Status behind a command',
      good(command('Get', 9, uri) + status(10, 2, 'Alert'), status(1, 0, 'SyncHdr')),
      ['statusOrder'],
    ],
    ['another MsgID', good('').replace('<MsgID>1<', '<MsgID>3<'), ['msgId']],
    ['the namespace of 1.1', good('').replace('SYNCML1.2', 'SYNCML1.1'), ['envelope']],
  ])('%s', (_what, text, kinds) => {
    const read_ = read(text)

    expect(read_.kinds).toEqual(kinds)
    expect(read_.message).toBeDefined()
  })

  test('attributes of unknown namespaces, comments and blanks do no harm', () => {
    const text = good('')
      .replace('<SyncBody>', '\n  <!-- x -->\n<SyncBody xmlns:z="urn:z" z:a="1">\n')
      .replace('<Final/>', '<Final />')

    expect(read(`<?xml version="1.0"?>\n${text}\n`).kinds).toEqual([])
  })
})

test('text is decoded once, and blanks in values stay', () => {
  const { children } = readSyncmlXml('<a><b> &amp;lt; &#x20AC;&#8364; </b><c/></a>')

  expect(children.map(({ text }) => text)).toEqual([' &lt; €€ ', ''])
})

test('whatever comes, it is read, or refused with a reason', () => {
  const text = good(replace)
  const piece = fc.tuple(fc.nat(text.length), fc.nat(60), fc.constantFrom('', '<', '&', '</', 'x>'))

  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), (changes) => {
      let spoiled = text
      for (const [at, length, by] of changes)
        spoiled = spoiled.slice(0, at) + by + spoiled.slice(at + length)
      const { message, kinds } = read(spoiled)
      expect(message !== undefined || kinds.length > 0).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test.each([
  '<a>',
  '<a></b>',
  '<a b=c/>',
  '<a b="1" b="2"/>',
  'x<a/>',
  '<a/><b/>',
  '<a>&x;</a>',
  '<x:a/>',
  '',
])('not well-formed: %s', (text) => {
  expect(() => readSyncmlXml(text)).toThrow()
})

const folder = fileURLToPath(
  new URL('../../../../../shared/specs/samples/windows/', import.meta.url),
)
const sample = (name: string) => readFileSync(`${folder}${name}`, 'utf8')

describe.skipIf(!existsSync(folder))('samples', () => {
  const recorded = {
    deviceId: 'B5B954E81FBCB94EB79BD08BE625F4EE',
    address: 'https://windows.fleetdm.ngrok.io/ManagementServer/MDM.svc',
  }

  test('the recorded answer to a first session is good', () => {
    const text = sample('19-syncml-first-session-response.xml')

    expect(read(text, { ...recorded, sessionId: '1' })).toMatchObject({
      kinds: [],
      message: { commands: [], isFinal: true },
    })
  })

  test('the recorded answer to a farewell, with the status of the header only, is taken', () => {
    const text = sample('21-syncml-user-unenrolment-response.xml')
    const { kinds, message } = read(text, { ...recorded, sessionId: '2' })

    expect(kinds).toEqual([])
    expect(message?.statuses).toHaveLength(1)
  })

  test('the proposed message of a server is good', () => {
    const { kinds, message } = read(sample('30-own-server-message-example.xml'))

    expect(kinds).toEqual([])
    expect(message?.commands.map(({ name }) => name)).toEqual([
      'Replace',
      'Get',
      'Get',
      'Atomic',
      'Exec',
    ])
  })
})
