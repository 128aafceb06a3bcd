// @ts-check
// No reader at all: downloads what Mooring downloads for its first load, as fast as its HTTP client
// can, parses it and keeps nothing. What a reader takes beyond this is its own work.
import { createRequire } from 'node:module'
import { serveReads } from './reader.js'

// The very undici that the server asks Graph with.
const server = createRequire(new URL('../../server/package.json', import.meta.url))
const { Agent, request } = server('undici')

await serveReads(async ({ url, firstCalls }, token) => {
  const agent = new Agent({ keepAliveTimeout: 20_000 })
  const tally = { users: 0, groups: new Set(), edges: 0 }
  const streams = Map.groupBy(firstCalls, ({ stream }) => stream)
  /** @param {readonly import('./reader.js').FirstCall[]} calls */
  const readStream = async (calls) => {
    for (const { stream, target, headers } of calls) {
      const sent = { ...headers, authorization: `Bearer ${token}` }
      let link = url + target
      while (link) {
        const answer = await request(link, { dispatcher: agent, headers: sent })
        const text = await answer.body.text()
        if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} for ${link}: ${text}`)
        const body = JSON.parse(text)
        count(stream, body.value ?? [])
        link = body['@odata.nextLink']
      }
    }
  }
  // Side by side, as Mooring reads them.
  await Promise.all(Array.from(streams.values(), readStream))
  await agent.close()

  /**
   * @param {string} stream
   * @param {any[]} items
   */
  function count(stream, items) {
    for (const item of items) {
      if (item['@removed']) continue
      if (stream === 'users') tally.users += 1
      if (stream !== 'groups') continue
      tally.groups.add(item.id)
      for (const member of item['members@delta'] ?? [])
        if (!member['@removed'] && member.id !== item.id) tally.edges += 1
    }
  }
  return () => [`edges ${tally.edges}`, `groups ${tally.groups.size}`, `users ${tally.users}`]
})
