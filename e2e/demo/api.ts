/** The public API, called as any script would call it; keeps cookies as a browser would. */
export class Api {
  readonly #base: string
  readonly #cookies = new Map<string, string>()
  #csrf = ''
  #password = ''

  constructor(serverUrl: string) {
    this.#base = `${serverUrl}/api/v1`
  }

  /** From here on every call shows this session. */
  useSession(answer: { csrfToken: string }, password: string): void {
    this.#csrf = answer.csrfToken
    this.#password = password
  }

  /** Makes a call that asks who acts, and proves it with the password. */
  async callProven<T>(method: string, path: string, body?: object): Promise<T> {
    const act = { method, path: `/api/v1${path}`, ...(body ? { body } : {}) }
    const { id } = await this.call<{ id: string }>('POST', '/session/step-ups', act)
    const password = this.#password
    await this.call('POST', `/session/step-ups/${id}/password`, { password })
    return await this.call<T>(method, path, body, { 'x-step-up': id })
  }

  /** @throws {Error} with what the server said, when it refused. */
  async call<T>(
    method: string,
    path: string,
    body?: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const answer = await fetch(this.#base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...more,
        ...(body ? { 'content-type': 'application/json' } : {}),
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(this.#csrf ? { 'x-csrf-token': this.#csrf } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
    const text = await answer.text()
    const json = text ? JSON.parse(text) : undefined
    if (!answer.ok)
      throw new Error(
        `${method} ${path} answered ${answer.status}: ${json?.detail} ${json?.remedy}`,
      )
    return json as T // what the contract promises; the steps check what they use
  }
}
