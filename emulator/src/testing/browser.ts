/** A form as it stands on a page. */
export type PageForm = {
  readonly action: string
  readonly method: string
  readonly name: string | undefined
  readonly fields: Readonly<Record<string, string>>
  readonly buttons: readonly {
    readonly name: string
    readonly value: string
    readonly text: string
  }[]
}

export type Page = {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** The text a person reads. */
  readonly text: string
  readonly heading: string
  readonly forms: readonly PageForm[]
}

/** Where a browser is: on a page, or about to leave for an address that it was told to stop at. */
export type Visited =
  | { readonly kind: 'page'; readonly page: Page }
  | {
      readonly kind: 'left'
      readonly method: string
      readonly url: string
      readonly fields: Readonly<Record<string, string>>
    }

type Cookie = { readonly value: string; readonly path: string }
type Send = { method?: string; fields?: Readonly<Record<string, string>> }

/**
 * A browser for tests: keeps cookies by host, follows redirects, posts forms, runs no scripts except
 * the one that posts an answer by itself. It knows no SameSite.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, Cookie>>()
  readonly #fetch: typeof fetch
  /** Every address that was asked, in order. */
  readonly history: string[] = []

  /** Another `fetch` reaches servers that do not listen, or trusts another certificate. */
  constructor(options: { fetch?: typeof fetch } = {}) {
    this.#fetch = options.fetch ?? fetch
  }

  /** Opens an address; `stopAt` is asked before each further address. */
  async open(
    url: string,
    options: Send & { stopAt?: (url: URL) => boolean } = {},
  ): Promise<Visited> {
    let next: { method: string; url: string; fields: Readonly<Record<string, string>> } = {
      method: options.method ?? 'GET',
      url,
      fields: options.fields ?? {},
    }
    for (let hop = 0; hop < 20; hop++) {
      const target = new URL(next.url)
      if (hop > 0 && options.stopAt?.(target)) {
        const query = Object.fromEntries([
          ...target.searchParams,
          ...new URLSearchParams(target.hash.slice(1)),
        ])
        return { kind: 'left', ...next, fields: { ...query, ...next.fields } }
      }
      const response = await this.#send(next)
      const location = response.headers.get('location')
      if (location !== null && response.status >= 300 && response.status < 400) {
        await response.arrayBuffer()
        const keepsMethod = response.status === 307 || response.status === 308
        const resolved = new URL(location, target).href
        next = keepsMethod
          ? { ...next, url: resolved }
          : { method: 'GET', url: resolved, fields: {} }
        continue
      }
      const page = await readPage(response, target.href)
      const automatic = page.forms.find(({ name }) => name === 'hiddenform')
      if (!automatic) return { kind: 'page', page }
      next = { method: 'POST', url: automatic.action, fields: automatic.fields }
    }
    throw new Error(`more than 20 redirects, the last to ${next.url}`)
  }

  /** Presses a button of the page's form, with what was typed. @throws Error without such a button. */
  press(
    page: Page,
    button: string,
    typed: Readonly<Record<string, string>> = {},
    options: { stopAt?: (url: URL) => boolean } = {},
  ): Promise<Visited> {
    for (const form of page.forms) {
      const pressed = form.buttons.find(({ text }) => text.startsWith(button))
      if (!pressed) continue
      const fields = { ...form.fields, ...typed, [pressed.name]: pressed.value }
      return this.open(form.action, { method: form.method, fields, ...options })
    }
    throw new Error(`no button '${button}' on the page '${page.heading}' at ${page.url}`)
  }

  /** Value of a cookie for a host. */
  cookie(host: string, name: string): string | undefined {
    return this.#cookies.get(host)?.get(name)?.value
  }

  async #send(next: {
    method: string
    url: string
    fields: Readonly<Record<string, string>>
  }): Promise<Response> {
    const url = new URL(next.url)
    url.hash = ''
    this.history.push(url.href)
    const response = await this.#fetch(url, {
      method: next.method,
      redirect: 'manual',
      headers: { accept: 'text/html', ...this.#cookieHeader(url) },
      ...(next.method === 'GET' ? {} : { body: new URLSearchParams(next.fields) }),
    })
    this.#keepCookies(url, response.headers)
    return response
  }

  #cookieHeader(url: URL): Record<string, string> {
    const cookies = [...(this.#cookies.get(url.hostname) ?? [])]
      .filter(([, { path }]) => isBelow(url.pathname, path))
      .map(([name, { value }]) => `${name}=${value}`)
    return cookies.length > 0 ? { cookie: cookies.join('; ') } : {}
  }

  #keepCookies(url: URL, headers: Headers): void {
    const jar = this.#cookies.get(url.hostname) ?? new Map<string, Cookie>()
    this.#cookies.set(url.hostname, jar)
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const attribute = (wanted: string) =>
        attributes
          .find((part) => part.toLowerCase().startsWith(`${wanted}=`))
          ?.slice(wanted.length + 1)
      const expires = Date.parse(attribute('expires') ?? '')
      const isGone = Number(attribute('max-age') ?? 1) <= 0 || expires === 0 || value === ''
      if (isGone) jar.delete(name)
      else jar.set(name, { value, path: attribute('path') ?? '/' })
    }
  }
}

function isBelow(path: string, folder: string): boolean {
  return (
    folder === '/' ||
    path === folder ||
    path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
  )
}

async function readPage(response: Response, url: string): Promise<Page> {
  const html = await response.text()
  const heading = decodeHtml(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '')
  const text = decodeHtml(
    html.replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]+>/g, ' '),
  )
  return {
    url,
    status: response.status,
    headers: response.headers,
    html,
    text: text.replace(/\s+/g, ' ').trim(),
    heading,
    forms: readForms(html, url),
  }
}

/** The forms of a page. */
export function readForms(html: string, url: string): PageForm[] {
  return [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, tag = '', inside = '']) => ({
      action: new URL(attribute(tag, 'action') ?? url, url).href,
      method: (attribute(tag, 'method') ?? 'get').toUpperCase(),
      name: attribute(tag, 'name'),
      fields: Object.fromEntries(
        [...inside.matchAll(/<input([^>]*)>/gi)]
          .map(
            ([, input = '']) =>
              [attribute(input, 'name'), attribute(input, 'value') ?? ''] as const,
          )
          .filter(([name]) => name !== undefined),
      ),
      buttons: [...inside.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/gi)].map(
        ([, button = '', content = '']) => ({
          name: attribute(button, 'name') ?? '',
          value: attribute(button, 'value') ?? '',
          text: decodeHtml(content.replace(/<[^>]+>/g, ' '))
            .replace(/\s+/g, ' ')
            .trim(),
        }),
      ),
    }),
  )
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return found === undefined ? undefined : decodeHtml(found)
}

function decodeHtml(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
}
