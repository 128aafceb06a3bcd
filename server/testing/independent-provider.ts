import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Browser } from '@mooring/emulator'
import { Provider } from 'oidc-provider'
import { onTestFinished } from 'vitest'
import { systemClock } from '../src/platform/clock.ts'
import type { signOnWorld } from './sign-on-world.ts'

/** What an administrator saves to have people sign in there; its address is to be filled in. */
export const INDEPENDENT = {
  kind: 'openid',
  enabled: true,
  label: 'Another provider',
  createUnknownUsers: false,
  clientId: 'mooring',
  clientSecret: 'the secret of another provider',
  endpoints: { kind: 'discovery', url: 'http://localhost:1' },
  scopes: ['profile'],
  userNameAttribute: { claim: 'preferred_username', field: 'userPrincipalName' },
}

/** A provider that others wrote. It looks at the computer's clock, so the server's is set by it. */
export async function independentProvider(
  world: Pick<Awaited<ReturnType<typeof signOnWorld>>, 'clock'>,
  people: Readonly<Record<string, object>>,
) {
  world.clock.set(systemClock.now())
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const issuer = `http://localhost:${port}`
  const handle = new Provider(issuer, {
    clients: [
      {
        client_id: 'mooring',
        client_secret: INDEPENDENT.clientSecret,
        redirect_uris: ['http://localhost:8080'],
        post_logout_redirect_uris: ['http://localhost:8080'],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    // Otherwise names are told by a call of their own.
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
    cookies: { keys: ['a test'] },
  }).callback()
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  /** Goes through its pages. @returns the way back. */
  const signIn = async (login: string, url: string) => {
    const browser = new Browser()
    const stopAt = ({ origin }: URL) => origin === 'http://localhost:8080'
    let visited = await browser.open(url, { stopAt })
    for (let pages = 0; pages < 4 && visited.kind === 'page'; pages++) {
      const [button, typed] = visited.page.html.includes('name="login"')
        ? ['Sign-in', { login, password: 'any' }]
        : ['Continue', {}]
      visited = await browser.press(visited.page, String(button), Object(typed), { stopAt })
    }
    if (visited.kind !== 'left') throw new Error(visited.page.text)
    return `/${new URL(visited.url).search}`
  }
  return { issuer, signIn }
}
