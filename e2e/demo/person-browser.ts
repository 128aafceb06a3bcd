import { type Emulator, signInAs } from '@mooring/emulator'

type Person = Emulator['directory']['users'][number]

/** The browser of somebody who signs in with the organization's provider. */
export class PersonBrowser {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(serverUrl: string) {
    this.#origin = new URL(serverUrl).origin
  }

  /** Signs in. @returns the name under which the portal greets. */
  async signIn(person: Person, emulator: Emulator): Promise<string> {
    const started = await this.#send('POST', '/api/v1/sign-in/start', { organization: 'default' })
    const { redirectTo: url } = (await started.json()) as { redirectTo: string }
    const end = await signInAs(person, { url, emulator })
    if (end.kind !== 'answer') throw new Error('the tenant did not send the browser back')
    const back = await this.#send('GET', `/?${new URLSearchParams(end.fields)}`)
    if (back.status !== 303) throw new Error(`the return was answered with ${back.status}`)
    const session = await this.#send('GET', '/api/v1/session')
    const { kind, account } = (await session.json()) as { kind: string; account?: { name: string } }
    if (kind !== 'signedIn' || !account) throw new Error(`sent to ${back.headers.get('location')}`)
    return account.name
  }

  async #send(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    const answer = await fetch(this.#origin + path, {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      this.#cookies.set(name, value)
    }
    return answer
  }
}
