import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSyncml } from '../formats/syncml/read-syncml.ts'
import type { ServerMessage } from '../formats/syncml/syncml-message.ts'
import { writeSyncml } from '../formats/syncml/write-syncml.ts'
import { answerMessage } from './answer-message.ts'
import type { News, PendingCommand, SessionState, Work } from './session-state.ts'

const AT = new Date('2026-11-02T08:00:00Z')
const NOTHING: Work = { commands: [], reads: [] }
const DEVICE = 'dev_one'
const ADDRESS = 'https://mdm.example.org/ManagementServer/MDM.svc'

/** What a device sends, in its own words. */
function said(
  body: string,
  { id = 1, session = '7', final = true }: { id?: number; session?: string; final?: boolean } = {},
) {
  return readSyncml(
    Buffer.from(
      `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>
      <SessionID>${session}</SessionID><MsgID>${id}</MsgID><Target><LocURI>${ADDRESS}</LocURI></Target>
      <Source><LocURI>${DEVICE}</LocURI></Source></SyncHdr><SyncBody>${body}${final ? '<Final/>' : ''}</SyncBody></SyncML>`,
    ),
  )
}

const HELLO = '<Alert><CmdID>2</CmdID><Data>1201</Data></Alert>'
const login = (who: string) => `<Alert><CmdID>3</CmdID><Data>1224</Data><Item><Meta>
  <Type xmlns="syncml:metinf">com.microsoft/MDM/LoginStatus</Type></Meta><Data>${who}</Data></Item></Alert>`
const status = (message: number, command: number, code: number, name = 'Replace', error = '') =>
  `<Status><CmdID>${command}</CmdID><MsgRef>${message}</MsgRef><CmdRef>${command}</CmdRef><Cmd>${name}</Cmd>
  <Data xmlns:msft="http://schemas.microsoft.com/MobileDevice/MDM"${error && ` msft:originalerror="${error}"`}>${code}</Data></Status>`
const results = (message: number, command: number, inner: string) =>
  `<Results><CmdID>9</CmdID><MsgRef>${message}</MsgRef><CmdRef>${command}</CmdRef>${inner}</Results>`
const item = (uri: string, data: string, more = '') =>
  `<Item><Source><LocURI>${uri}</LocURI></Source>${more}<Data>${data}</Data></Item>`

const reboot: PendingCommand = {
  id: 'cmd_reboot',
  needsUser: false,
  steps: [{ verb: 'Exec', uri: './Device/Vendor/MSFT/Reboot/RebootNow' }],
}
const settings: PendingCommand = {
  id: 'cmd_settings',
  needsUser: false,
  steps: [
    {
      atomic: [
        { verb: 'Replace', uri: './Device/A', format: 'int', data: '0' },
        { verb: 'Replace', uri: './Device/B', format: 'int', data: '8' },
      ],
    },
    { verb: 'Get', uri: './Device/C' },
  ],
}

/** A session that was opened with this work. */
function open(work: Work, body = HELLO) {
  const first = answerMessage(undefined, said(body), { work, at: AT })
  if (!first.state) throw new Error('the session was over at once')
  return { ...first, state: first.state }
}
const next = (state: SessionState, body: string, work: Work = NOTHING, id = 2) =>
  answerMessage(state, said(body, { id }), { work, at: AT })
const kinds = (news: readonly News[]) => news.map(({ kind }) => kind)
const commandsOf = ({ commands }: ServerMessage) => commands.map(({ verb }) => verb)

describe('a session', () => {
  test('with nothing to do is over after one message, and every part is answered in its order', () => {
    const { state, reply, news } = answerMessage(undefined, said(HELLO + login('user')), {
      work: NOTHING,
      at: AT,
    })
    expect(state).toBeUndefined()
    expect(reply).toMatchObject({ sessionId: '7', messageId: 1, target: DEVICE, source: ADDRESS })
    expect(
      reply.statuses.map(({ commandRef, command, code }) => [commandRef, command, code]),
    ).toEqual([
      ['0', 'SyncHdr', 200],
      ['2', 'Alert', 200],
      ['3', 'Alert', 200],
    ])
    expect(reply.commands).toEqual([])
    expect(kinds(news)).toEqual(['began', 'login', 'ended'])
  })

  test('gives out what waits, takes the answers, and ends when nothing is left', () => {
    const first = open({ commands: [settings], reads: ['./DevDetail/SwV'] })
    expect(commandsOf(first.reply)).toEqual(['Atomic', 'Get', 'Get'])
    const ids = first.reply.commands.flatMap((command) =>
      command.verb === 'Atomic'
        ? [command.commandId, ...command.commands.map(({ commandId }) => commandId)]
        : [command.commandId],
    )
    // Two statuses come before them, and no number is used twice.
    expect(ids).toEqual([3, 4, 5, 6, 7])

    const second = next(
      first.state,
      status(1, 3, 200, 'Atomic') +
        status(1, 4, 200) +
        status(1, 5, 418, 'Replace', '0x800700b7') +
        status(1, 6, 200, 'Get') +
        results(1, 6, item('./Device/C', 'three')) +
        status(1, 7, 404, 'Get'),
      { commands: [settings], reads: ['./DevDetail/SwV'] },
    )
    expect(second.state).toBeUndefined()
    expect(second.reply.messageId).toBe(2)
    expect(second.news).toContainEqual({
      kind: 'finished',
      command: 'cmd_settings',
      answers: [
        { verb: 'Replace', uri: './Device/A', code: 200 },
        { verb: 'Replace', uri: './Device/B', code: 418, originalError: '0x800700b7' },
        { verb: 'Get', uri: './Device/C', code: 200, data: 'three' },
      ],
    })
    expect(second.news).toContainEqual({
      kind: 'fact',
      uri: './DevDetail/SwV',
      format: undefined,
      value: undefined,
      code: 404,
    })
    expect(kinds(second.news).at(-1)).toBe('ended')
  })

  test('that is broken off leaves open what was given out, and the next one says so', () => {
    const first = open({ commands: [reboot], reads: [] })
    expect(first.news).toContainEqual({ kind: 'sent', command: 'cmd_reboot' })
    const second = answerMessage(first.state, said(HELLO, { session: '8' }), {
      work: NOTHING,
      at: AT,
    })
    expect(kinds(second.news)).toEqual(['interrupted', 'began', 'ended'])
  })

  test('that the device itself aborts is over, and gives out nothing more', () => {
    const first = open({ commands: [reboot], reads: [] })
    const second = next(first.state, '<Alert><CmdID>2</CmdID><Data>1223</Data></Alert>', {
      commands: [settings],
      reads: [],
    })
    expect(second.state).toBeUndefined()
    expect(second.reply.commands).toEqual([])
    expect(second.news.at(-1)).toEqual({ kind: 'ended', how: 'aborted' })
  })

  test('in which an old number comes with other words is aborted', () => {
    const first = open({ commands: [reboot], reads: [] })
    const second = next(first.state, status(1, 3, 200, 'Exec'), { commands: [], reads: ['./a'] })
    expect(second.state).toBeDefined()
    const third = next(second.state as SessionState, HELLO)
    expect(third.reply.commands).toMatchObject([{ verb: 'Alert', code: 1223 }])
    expect(third.news.at(-1)).toEqual({ kind: 'ended', how: 'confused' })
  })

  test('does not give out the same again before it ends', () => {
    const work: Work = { commands: [settings], reads: [] }
    const first = open(work)
    const second = next(first.state, status(1, 0, 200, 'SyncHdr'), work)
    expect(second.reply.commands).toEqual([])
    expect(kinds(second.news)).toEqual(['interrupted', 'ended'])
  })

  test('answers that nobody asked for change nothing', () => {
    const first = open({ commands: [reboot], reads: [] })
    const second = next(first.state, status(5, 3, 200, 'Exec') + results(1, 99, item('./x', 'y')))
    expect(kinds(second.news)).toEqual(['interrupted', 'ended'])
  })

  test('keeps what needs a person until one is signed in', () => {
    const mine: PendingCommand = { ...settings, id: 'cmd_mine', needsUser: true }
    const work: Work = { commands: [mine], reads: [] }
    expect(
      answerMessage(undefined, said(HELLO + login('others')), { work, at: AT }).state,
    ).toBeUndefined()
    expect(commandsOf(open(work, HELLO + login('user')).reply)).toEqual(['Atomic', 'Get'])
  })

  test('takes a message whose end is still to come, and asks for the rest first', () => {
    const work: Work = { commands: [reboot], reads: [] }
    const first = answerMessage(undefined, said(HELLO, { final: false }), { work, at: AT })
    expect(first.reply.commands).toMatchObject([{ verb: 'Alert', code: 1222 }])
    const second = next(first.state as SessionState, login('user'), work)
    expect(commandsOf(second.reply)).toEqual(['Exec'])
  })

  test('says when the user disconnects, in either spelling', () => {
    for (const type of [
      'com.microsoft:mdm.unenrollment.userrequest',
      'com.microsoft/MDM.Unenrollment.UserRequest',
    ]) {
      const { news } = answerMessage(
        undefined,
        said(
          `<Alert><CmdID>4</CmdID><Data>1226</Data><Item><Meta><Type xmlns="syncml:metinf">${type}</Type></Meta><Data>1</Data></Item></Alert>`,
        ),
        { work: NOTHING, at: AT },
      )
      expect(kinds(news)).toContain('unenrolled')
    }
  })

  test('hands the token of a person on and keeps none of it', () => {
    const token = 'eyJ.secret.token'
    const alert = `<Alert><CmdID>4</CmdID><Data>1224</Data><Item><Meta><Type xmlns="syncml:metinf">com.microsoft/MDM/AADUserToken</Type></Meta><Data>${token}</Data></Item></Alert>`
    const first = open({ commands: [reboot], reads: [] }, HELLO + alert)
    expect(first.news).toContainEqual({ kind: 'userToken', token })
    expect(JSON.stringify(first.state)).not.toContain(token)
    expect(writeSyncml(first.reply)).not.toContain(token)
  })
})

describe('a large value', () => {
  const work: Work = { commands: [], reads: ['./Big'] }
  const size = (bytes: number) => `<Meta><Size xmlns="syncml:metinf">${bytes}</Size></Meta>`
  const piece = (data: string, before: string, more: boolean) =>
    results(
      1,
      3,
      `<Item><Source><LocURI>./Big</LocURI></Source>${before}<Data>${data}</Data>${more ? '<MoreData/>' : ''}</Item>`,
    )

  test('comes in pieces, each of which is asked for', () => {
    const first = open(work)
    const second = next(first.state, status(1, 3, 200, 'Get') + piece('abc', size(5), true), work)
    expect(second.reply.statuses).toContainEqual(
      expect.objectContaining({ command: 'Results', code: 213 }),
    )
    expect(second.reply.commands).toMatchObject([{ verb: 'Alert', code: 1222 }])
    const third = next(second.state as SessionState, piece('de', '', false), work, 3)
    expect(third.news).toContainEqual(
      expect.objectContaining({ kind: 'fact', uri: './Big', value: 'abcde', code: 200 }),
    )
    expect(third.state).toBeUndefined()
  })

  test('whose pieces are not what was announced is not taken', () => {
    const first = open(work)
    const second = next(first.state, piece('abc', size(9), true), work)
    const third = next(second.state as SessionState, piece('de', '', false), work, 3)
    expect(third.reply.statuses).toContainEqual(
      expect.objectContaining({ command: 'Results', code: 424 }),
    )
    expect(third.news).toContainEqual(expect.objectContaining({ kind: 'fact', code: 424 }))
  })
})

test('what does not fit into one message follows in the next of the same session', () => {
  const big = (id: string): PendingCommand => ({
    id,
    needsUser: false,
    steps: [{ verb: 'Replace', uri: './Device/A', data: 'x'.repeat(60_000) }],
  })
  const work: Work = { commands: [big('cmd_1'), big('cmd_2')], reads: [] }
  const first = open(work)
  expect(first.reply.commands).toHaveLength(1)
  const second = next(first.state, status(1, 3, 200), work)
  expect(second.reply.commands).toHaveLength(1)
  expect(second.news).toContainEqual({ kind: 'sent', command: 'cmd_2' })
})

const SAMPLES = new URL('../../../../shared/specs/samples/windows/', import.meta.url)

describe.skipIf(!existsSync(SAMPLES))(
  'the recordings of real clients (skipped where they are absent)',
  () => {
    const sample = (name: string) => readFileSync(new URL(name, SAMPLES))

    test('a first session is answered as the recorded server did', () => {
      const message = readSyncml(sample('18-syncml-first-session-request.xml'))
      const { reply } = answerMessage(undefined, message, { work: NOTHING, at: AT })
      const bare = (xml: string) =>
        xml
          .replace(/<\?.*?\?>/, '')
          .replace(/>\s+</g, '><')
          .replace(/ \/>/g, '/>')
          .trim()
      expect(writeSyncml(reply)).toBe(
        bare(sample('19-syncml-first-session-response.xml').toString()),
      )
    })

    test('a user who disconnects is understood', () => {
      const message = readSyncml(sample('20-syncml-user-unenrolment-request.xml'))
      const { news } = answerMessage(undefined, message, { work: NOTHING, at: AT })
      expect(kinds(news)).toContain('unenrolled')
    })

    test('answers with values, an Atomic and Windows’ own error are read', () => {
      const { parts } = readSyncml(sample('31-own-client-answer-example.xml'))
      expect(parts).toContainEqual(
        expect.objectContaining({ commandRef: '11', code: 405, originalError: '0x80070032' }),
      )
    })
  },
)
