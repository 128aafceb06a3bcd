import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../api-error.ts'
import { API_BASE, methodsOf } from './api-paths.ts'
import type { HttpServer } from './http-server.ts'

/** Paths that the portal makes screens of; it finds out itself which. */
const SCREENS = /^\/(?:o\/[^/]+(?:\/|$)|sign-in\/?$|set-password\/?$|step-up-done\/?$)/

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mooring</title>
<body style="font-family: system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The portal is not built</h1>
<p>The server is running and its API answers, but there are no portal files. Build them once with
<code>npm run build</code>, then reload this page. The API is described at <a href="/api/docs">/api/docs</a>.</p>
`

/** Answers a request, or says that it is not its own. */
type AnswerRoot = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

/**
 * Serves the portal: files as they were built, and its page for every screen's address. `GET /`
 * without a browser's `Accept` is Windows' probe and gets an empty answer.
 *
 * @param answerReturn comes first at `/`: providers send people back to the bare URL.
 * @param folder what Vite built. Files under `assets/` carry a hash in their name and never change.
 */
export function addPortal(app: HttpServer, folder: string, answerReturn?: AnswerRoot): void {
  const page = join(folder, 'index.html')
  const isBuilt = existsSync(page)
  const html = isBuilt ? readFileSync(page, 'utf8') : NOT_BUILT
  const sendPage = (reply: FastifyReply) =>
    reply
      .code(isBuilt ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html)

  app.get('/', async (request, reply) => {
    if (await answerReturn?.(request, reply)) return reply.send('')
    reply.header('vary', 'accept')
    return isBrowser(request) ? sendPage(reply) : reply.header('cache-control', 'no-store').send('')
  })
  if (isBuilt) {
    void app.register(fastifyStatic, {
      root: folder,
      index: false,
      wildcard: true,
      dotfiles: 'deny',
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = path.startsWith(join(folder, 'assets'))
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-store')
      },
    })
  }
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (request.method === 'GET' && SCREENS.test(path)) return sendPage(reply)
    throw notFound(path, reply)
  })
}

function isBrowser(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true
}

function notFound(path: string, reply: FastifyReply): ApiError {
  const methods = path.startsWith(API_BASE) ? methodsOf(path) : []
  if (methods.length === 0) return new ApiError(404, 'notFound')
  const allowed = methods.join(', ')
  reply.header('allow', allowed)
  return new ApiError(405, 'methodNotAllowed', { values: { allowed } })
}
