import { signInAs } from '@mooring/emulator'
import type { Api } from '../demo/api.ts'
import type { EmulatorProcess } from './emulator-process.ts'
import { type Mooring, ORG } from './mooring.ts'

/** Whoever calls: what stands in the headers of their requests. */
export type Caller = {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
}

const PROVIDER = {
  kind: 'entra',
  enabled: true,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}

/** A synchronised person who is an administrator by a group of theirs, and a script with a token. */
export async function prepareCallers(
  mooring: Mooring,
  emulator: EmulatorProcess,
): Promise<{ person: Caller; script: Caller }> {
  const printed = await mooring.command('token', 'create', '--name', 'bench', '--role', 'owner')
  const script = { name: 'token', headers: { authorization: `Bearer ${printed.trim()}` } }
  await emulator.control('POST', '/apps/update', [
    emulator.clientId,
    { redirectUris: [mooring.url] },
  ])
  await mooring.api.callProven('PUT', `${ORG}/sign-in/provider`, PROVIDER)
  const user = await pickPerson(mooring.api)
  const holder = { kind: 'user', id: user.id }
  await mooring.api.callProven('POST', `${ORG}/role-assignments`, { role: 'administrator', holder })
  const cookie = await signIn(mooring.url, emulator, user)
  return { person: { name: 'session', headers: { cookie } }, script }
}

type User = { id: string; entraId: string; userPrincipalName: string }

async function pickPerson(api: Api): Promise<User> {
  const query = 'state=active&userType=member&limit=1'
  const { items } = await api.call<{ items: User[] }>('GET', `${ORG}/directory/users?${query}`)
  const [user] = items
  if (!user) throw new Error('nobody is in the directory')
  return user
}

/** Through the provider's own pages, as a browser goes. @returns the session's cookie. */
async function signIn(
  serverUrl: string,
  emulator: EmulatorProcess,
  { entraId: id, userPrincipalName }: User,
): Promise<string> {
  const started = await fetch(`${serverUrl}/api/v1/sign-in/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organization: 'default' }),
  })
  const { redirectTo: url } = (await started.json()) as { redirectTo: string }
  const end = await signInAs({ id, userPrincipalName }, { url, emulator })
  if (end.kind !== 'answer') throw new Error('the tenant did not send the browser back')
  const back = await fetch(`${serverUrl}/?${new URLSearchParams(end.fields)}`, {
    redirect: 'manual',
    headers: { cookie: toCookies(started) },
  })
  const cookie = toCookies(back)
  const session = await fetch(`${serverUrl}/api/v1/session`, { headers: { cookie } })
  const { kind } = (await session.json()) as { kind: string }
  if (kind !== 'signedIn') throw new Error(`sent to ${back.headers.get('location')}`)
  return cookie
}

const toCookies = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .filter((pair) => pair && !pair.endsWith('='))
    .join('; ')

/** Small deeds that leave an event each, so that the audit log is not empty. */
export async function fillAuditLog(api: Api, events: number): Promise<void> {
  for (let number = 0; number < events; number += 1) {
    // Longer each time: keeping events for less asks for a proof.
    const retentionDays = 400 + number
    await api.call('PUT', `${ORG}/audit-settings`, { retentionDays })
  }
}
