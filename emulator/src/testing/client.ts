import type { Emulator } from '../index.ts'

/** What a plain fetch against the emulator gives. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
  readonly text: string
}

export type TestClient = {
  /** Calls Graph: a path below /v1.0, or a whole URL. */
  graph(path: string, init?: RequestInit): Promise<Answer>
  readonly token: string
}

/** A client with a token of the emulator's app, for tests; it trusts and retries nothing. */
export async function makeClient(emulator: Emulator): Promise<TestClient> {
  const { body } = await requestToken(emulator)
  const token: string = body.access_token
  return {
    token,
    graph: (path, init = {}) =>
      fetchAnswer(path.startsWith('http') ? path : `${emulator.url}/v1.0${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      }),
  }
}

/** Asks for an app-only token; `fields` replaces or (with undefined) removes form fields. */
export function requestToken(
  emulator: Emulator,
  fields: Record<string, string | undefined> = {},
  tenant: string = emulator.tenant.id,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = new URLSearchParams()
  const all = {
    grant_type: 'client_credentials',
    client_id: emulator.app.clientId,
    client_secret: emulator.app.secret,
    scope: `${emulator.url}/.default`,
    ...fields,
  }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) form.set(name, value)
  return fetchAnswer(`${emulator.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: form,
    headers,
  })
}

/** Calls the control port. */
export function control(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return fetchAnswer(`${emulator.controlUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

export async function fetchAnswer(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  return { status: response.status, headers: response.headers, body, text }
}

/** Reads the payload of a JWT without checking it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at single claims
export function readClaims(token: string): any {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
