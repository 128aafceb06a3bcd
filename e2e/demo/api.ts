/** The public API, called as any script would call it; keeps the session's cookie. */
export class Api {
  readonly #base: string
  #cookie = ''
  #csrf = ''

  constructor(serverUrl: string) {
    this.#base = `${serverUrl}/api/v1`
  }

  /** From here on every call shows this session. */
  useSession(answer: { csrfToken: string }): void {
    this.#csrf = answer.csrfToken
  }

  /** @throws {Error} with what the server said, when it refused. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.#base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(this.#cookie ? { cookie: this.#cookie } : {}),
        ...(this.#csrf ? { 'x-csrf-token': this.#csrf } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    for (const cookie of answer.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? ''
    const text = await answer.text()
    const json = text ? JSON.parse(text) : undefined
    if (!answer.ok)
      throw new Error(
        `${method} ${path} answered ${answer.status}: ${json?.detail} ${json?.remedy}`,
      )
    return json as T // what the contract promises; the steps check what they use
  }
}
