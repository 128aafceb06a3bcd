import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page, type Request } from 'playwright-core'
import { afterAll, expect, inject } from 'vitest'
import './provided.ts'

const SCREENSHOTS = fileURLToPath(new URL('../../.reports/screenshots/', import.meta.url))

const FLAGS = [
  // The pages are our own, and Chromium's sandbox refuses to run as root.
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  // Containers often have a /dev/shm of 64 MB.
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  // Nothing leaves the machine: no proxy, no name but our own, no phoning home.
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
]

const LOCALES = { en: 'en-GB', de: 'de-DE' }

export type PageOptions = {
  /** Of the window, in CSS pixels. */
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  /** What the browser says it prefers. */
  language?: keyof typeof LOCALES
  /** Against which `page.goto('/…')` is resolved. */
  baseUrl?: string
  /** The server's certificate is one of the test's own. */
  trustsAnybody?: boolean
}

/** A window with cookies and storage of its own. Disposing closes it. */
export type TestPage = {
  readonly page: Page
  /** What a developer would see in red: uncaught errors and error messages of the console. */
  readonly problems: readonly string[]
  /** Waits until the page has its heading, and nothing is being loaded or about to be shown. */
  settled(): Promise<void>
  /** What the system around the browser prefers from now on. */
  show(colorScheme: 'light' | 'dark'): Promise<void>
  /** Keeps a picture of the whole page in `.reports/screenshots/<name>.png`; returns the file. */
  screenshot(name: string): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

let started: Promise<Browser> | undefined
// Vitest loads this module anew for each test file: one browser per file, closed after its last test.
afterAll(async () => {
  const browser = await started
  started = undefined
  await browser?.close()
})

/** Opens a window: by default 1280 × 800, light, English. */
export async function openPage(options: PageOptions = {}): Promise<TestPage> {
  started ??= startBrowser()
  const browser = await started
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.colorScheme ?? 'light',
    locale: LOCALES[options.language ?? 'en'],
    timezoneId: 'UTC',
    // Colours in the middle of a transition would be measured, and photographed.
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: options.trustsAnybody ?? false,
    ...(options.baseUrl ? { baseURL: options.baseUrl } : {}),
  })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  const loading = countLoading(page)
  return {
    page,
    problems,
    async settled() {
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await expect.poll(() => isStill(page, loading), { interval: 20 }).toBe(true)
    },
    show: (colorScheme) => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }),
    async screenshot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true })
      const path = join(SCREENSHOTS, `${name}.png`)
      await page.screenshot({ path, fullPage: true })
      return path
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** Requests under way; a stream of events never ends and is none of them. */
function countLoading(page: Page): () => number {
  const loading = new Set<Request>()
  const remove = (request: Request) => loading.delete(request)
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') loading.add(request)
  })
  page.on('requestfinished', remove)
  page.on('requestfailed', remove)
  return () => loading.size
}

/** Nothing under way, nothing in its place held free, and the same again two frames later. */
async function isStill(page: Page, loading: () => number): Promise<boolean> {
  const isStillNow = async () =>
    loading() === 0 && (await page.locator('.mantine-Skeleton-root').count()) === 0
  if (!(await isStillNow())) return false
  await page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))),
      ),
  )
  return await isStillNow()
}

async function startBrowser(): Promise<Browser> {
  const folder = inject('browserFolder')
  return await chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: FLAGS,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TZ: 'UTC',
      FONTCONFIG_PATH: join(folder, 'fonts'),
      // The few libraries that a bare Linux lacks (NSS, expat) came along.
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    },
  })
}

/**
 * Lets axe-core look at the page as it is now. What it calls serious or critical fails the test,
 * with the rule and the element. What is another only in its colours needs only their rule.
 */
export async function expectAccessible(
  page: Page,
  rules: 'all' | 'of colour' = 'all',
): Promise<void> {
  // Not a script tag: the portal's Content-Security-Policy forbids those, as it should.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const results = await axe.run(document, {
      resultTypes: ['violations'],
      ...(only === 'of colour' ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}),
    })
    return results.violations.map(({ id, impact, help, nodes }) => ({
      rule: `${id}: ${help}`,
      impact,
      elements: nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`),
    }))
  }, rules)
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(
    grave,
    grave.map(({ rule, elements }) => `${rule}\n${elements.join('\n')}`).join('\n'),
  ).toEqual([])
}
