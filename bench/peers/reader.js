// @ts-check
// What the readers here have in common: a line of JSON on stdin orders a reading, a line on stdout
// tells what it took. The process stays, as a service that synchronises again and again would.
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'

/**
 * @typedef {object} Order
 * @property {string} url Origin of login and Graph.
 * @property {string} tenantId
 * @property {string} clientId
 * @property {string} secret
 * @property {string} file Where to write what was read, for the comparison.
 * @property {readonly FirstCall[]} firstCalls What Mooring asks first, for who follows it.
 */

/**
 * @typedef {object} FirstCall
 * @property {string} stream
 * @property {string} target Path and query.
 * @property {Record<string, string>} headers
 */

/**
 * What a reader has read, as lines: `user <id>`, `group <id>` and `edge <group> <member>`, or the
 * numbers of them where nothing is kept.
 *
 * @typedef {Iterable<string>} Lines
 */

/**
 * Carries out what is ordered until stdin ends.
 *
 * @param {(order: Order, token: string) => Promise<() => Lines>} read Only this is measured; what it
 *   returns puts what was read into lines.
 */
export async function serveReads(read) {
  for await (const line of createInterface({ input: process.stdin })) {
    /** @type {Order} */
    const order = JSON.parse(line)
    const token = await requestToken(order)
    const startedAt = performance.now()
    const cpuBefore = process.cpuUsage()
    const toLines = await read(order, token)
    const seconds = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(cpuBefore)
    const cpuSeconds = (user + system) / 1_000_000
    // In KiB. Taken before the lines for the comparison are made.
    const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
    await writeLines(order.file, toLines())
    console.log(JSON.stringify({ seconds, cpuSeconds, peakMiB }))
  }
}

/** @param {Order} order */
async function requestToken({ url, tenantId, clientId, secret }) {
  const answer = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: `${url}/.default`,
    }),
  })
  /** @type {any} */
  const body = await answer.json()
  if (!body.access_token) throw new Error(`no token: ${answer.status}`)
  return String(body.access_token)
}

/**
 * @param {string} file
 * @param {Lines} lines
 */
async function writeLines(file, lines) {
  const stream = createWriteStream(file)
  let part = ''
  for (const line of lines) {
    part += `${line}\n`
    if (part.length < 1_000_000) continue
    stream.write(part)
    part = ''
  }
  stream.end(part)
  await finished(stream)
}
