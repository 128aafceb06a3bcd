import type { testApi } from '../src/app/testing.ts'

type App = ReturnType<typeof testApi>['app']
type Answer = Awaited<ReturnType<App['inject']>>

/** A browser that looks at the portal: keeps its cookies, and says where its requests come from. */
export function portalBrowser(app: App, publicUrl = 'http://localhost:8080') {
  const cookies = new Map<string, string>()
  /** Those that are kept back when another site leads here. */
  const strict = new Set<string>()
  let csrfToken = ''
  const headers = (from: 'here' | 'elsewhere' = 'here') => ({
    cookie: [...cookies]
      .filter(([name]) => from === 'here' || !strict.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
    'user-agent': 'Browser of a test',
  })
  const keep = (answer: Answer) => {
    for (const { name, value, maxAge, sameSite } of answer.cookies) {
      if (value === '' || maxAge === 0) cookies.delete(name)
      else cookies.set(name, value)
      if (sameSite === 'Strict') strict.add(name)
    }
    return answer
  }
  return {
    cookies,
    /** Follows a link of another site, e.g. the provider's way back: strict cookies stay behind. */
    async visit(path: string): Promise<Answer> {
      const given = { ...headers('elsewhere'), accept: 'text/html' }
      return keep(await app.inject({ url: path, headers: given }))
    },
    async get(path: string): Promise<Answer> {
      return keep(await app.inject({ url: `/api/v1${path}`, headers: headers() }))
    },
    async send(method: 'POST' | 'PUT' | 'DELETE', path: string, payload?: object): Promise<Answer> {
      return keep(
        await app.inject({
          method,
          url: `/api/v1${path}`,
          headers: {
            ...headers(),
            origin: publicUrl,
            'sec-fetch-site': 'same-origin',
            'x-csrf-token': csrfToken,
          },
          ...(payload ? { payload } : {}),
        }),
      )
    },
    /** Who is signed in; remembers the token that changes need. */
    async session() {
      const session = (await this.get('/session')).json()
      csrfToken = session.csrfToken ?? ''
      return session
    },
  }
}
