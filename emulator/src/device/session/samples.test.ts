/** A whole session against published samples, read in place; where they are absent, skipped. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WindowsDevice } from '../../index.ts'
import { readRequest } from '../testing/management.ts'
import { type ScriptedServer, startScriptedServer } from '../testing/scripted-server.ts'
import { readSyncmlXml, type XmlElement } from './xml.ts'

const folder = fileURLToPath(
  new URL('../../../../../shared/specs/samples/windows/', import.meta.url),
)
const sample = (name: string) => readFileSync(`${folder}${name}`, 'utf8')
let server: ScriptedServer

describe.skipIf(!existsSync(folder))('the samples of a session', () => {
  beforeAll(async () => {
    server = await startScriptedServer()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** A PC enrolled as the samples have it, on a network where their server answers. */
  async function makeDevice(known: {
    deviceId: string
    address: string
    sessions: number
    answers: string[]
  }) {
    const sent: string[] = []
    const transport = {
      send: ({ url, body = '' }: { url: string; body?: string }) => {
        sent.push(body)
        const text = Buffer.from(known.answers[sent.length - 1] ?? '')
        const headers = {
          'content-type': 'application/vnd.syncml.dm+xml',
          'content-length': String(text.length),
        }
        return Promise.resolve({ url, status: 200, headers, body: text, ms: 1 })
      },
      close: () => undefined,
    }
    const first = new WindowsDevice()
    await first.enrol({ kind: 'token', server: server.url, token: 'own' })
    const kept = JSON.parse(JSON.stringify(first))
    kept.enrolment.deviceId = known.deviceId
    Object.assign(kept.enrolment.account, { address: known.address, providerId: 'ExampleMDM' })
    kept.state.sessions = known.sessions
    kept.entraDeviceId = '5f0c9d5e-8a2b-4a57-9d1b-0d6a0b6f7c11'
    return { device: WindowsDevice.fromJson(JSON.stringify(kept), { transport }), sent }
  }

  const deviceId = 'B5B954E81FBCB94EB79BD08BE625F4EE'
  const recorded = 'https://windows.fleetdm.ngrok.io/ManagementServer/MDM.svc'

  test('a first session says what the recorded one said, and takes its answer', async () => {
    const answers = [sample('19-syncml-first-session-response.xml')]
    const { device, sent } = await makeDevice({ deviceId, address: recorded, sessions: 0, answers })

    const report = await device.checkIn({ reason: 'user' })

    expect(report).toMatchObject({ ok: true, messages: 1 })
    expect(outline(sent[0] ?? '')).toEqual(outline(sample('18-syncml-first-session-request.xml')))
  })

  test('a farewell says what the recorded one said', async () => {
    const answers = [sample('21-syncml-user-unenrolment-response.xml')]
    const { device, sent } = await makeDevice({ deviceId, address: recorded, sessions: 1, answers })

    const report = await device.unenrol()

    expect(report).toMatchObject({ ok: true, unenrolled: 'user' })
    expect(outline(sent[0] ?? '')).toEqual(
      outline(sample('20-syncml-user-unenrolment-request.xml')),
    )
  })

  test('the proposed commands are answered as proposed', async () => {
    const address = 'https://dm.example.org/ManagementServer/MDM.svc'
    const commands = sample('30-own-server-message-example.xml')
    const [, last = ''] = /^([\s\S]*<Status><CmdID>1<[\s\S]*?<\/Status>)/.exec(commands) ?? []
    const end = `${last.replace('<MsgID>1<', '<MsgID>2<').replace('<MsgRef>1<', '<MsgRef>2<')}<Final/></SyncBody></SyncML>`
    const answers = [commands, end]
    const { device, sent } = await makeDevice({ deviceId, address, sessions: 6, answers })

    const report = await device.checkIn()

    const proposed = readRequest(sample('31-own-client-answer-example.xml'))
    const answered = readRequest(sent[1] ?? '')
    expect(report).toMatchObject({ ok: true, sessionId: '7', messages: 2 })
    // The proposal's 405 for the scan is invented, to exercise readers.
    expect(answered.statuses).toEqual(
      proposed.statuses.map((status) => status.replace('Exec 11: 405', 'Exec 11: 200')),
    )
    expect(sent[1]).toMatch(/AADDeviceID<\/LocURI><\/Source><Data>5f0c9d5e-/)
  })
})

/** Elements with their depth, and the values that do not belong to one PC. */
function outline(text: string): string[] {
  const lines: string[] = []
  const walk = ({ name, children, text: value }: XmlElement, depth: number) => {
    const kept = ['CmdID', 'Data', 'Type', 'Format', 'LocURI', 'SessionID', 'MsgID', 'Cmd']
    const isOwn = name === 'Data' && !/^(\d{1,4}|user|1\.3)$/.test(value.trim())
    lines.push(`${' '.repeat(depth)}${name} ${kept.includes(name) && !isOwn ? value.trim() : ''}`)
    for (const child of children) walk(child, depth + 1)
  }
  walk(readSyncmlXml(text), 0)
  return lines
}
