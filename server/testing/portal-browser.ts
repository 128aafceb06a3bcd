import type { testApi } from '../src/app/testing.ts'

type App = ReturnType<typeof testApi>['app']
type Answer = Awaited<ReturnType<App['inject']>>

/** A browser that looks at the portal: keeps its cookies, and says where its requests come from. */
export function portalBrowser(app: App, publicUrl = 'http://localhost:8080') {
  const cookies = new Map<string, string>()
  let csrfToken = ''
  const headers = () => ({
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'user-agent': 'Browser of a test',
  })
  const keep = (answer: Answer) => {
    for (const { name, value, maxAge } of answer.cookies) {
      if (value === '' || maxAge === 0) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies,
    /** Follows a link, e.g. the provider's way back. Another site may have led here. */
    async visit(path: string): Promise<Answer> {
      return keep(await app.inject({ url: path, headers: { ...headers(), accept: 'text/html' } }))
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
