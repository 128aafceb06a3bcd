// @ts-check
// The msgraph module of Backstage, as it comes from npm, with its defaults but for the photos.
import {
  MicrosoftGraphClient,
  readMicrosoftGraphOrg,
} from '@backstage/plugin-catalog-backend-module-msgraph'
import { serveReads } from './reader.js'

/** @type {any} The module asks its logger for these four only. */
const logger = { debug() {}, info() {}, warn: console.error, error: console.error }

const USER_ID = 'graph.microsoft.com/user-id'
const GROUP_ID = 'graph.microsoft.com/group-id'

await serveReads(async ({ url, tenantId }, token) => {
  const expiresOnTimestamp = Date.now() + 3_600_000
  const credential = { getToken: async () => ({ token, expiresOnTimestamp }) }
  const client = new MicrosoftGraphClient(`${url}/v1.0`, credential)
  const { users, groups } = await readMicrosoftGraphOrg(client, tenantId, {
    loadUserPhotos: false,
    logger,
  })
  return () => toLines(users, groups)
})

/**
 * Entities tell of each other by names, and have the ids of Entra in their annotations.
 *
 * @param {any[]} users
 * @param {any[]} groups
 */
function* toLines(users, groups) {
  const idsByReference = new Map()
  for (const { metadata } of groups) {
    const reference = `group:default/${metadata.name}`.toLowerCase()
    if (idsByReference.has(reference)) throw new Error(`two groups are called ${metadata.name}`)
    idsByReference.set(reference, metadata.annotations[GROUP_ID])
  }
  for (const { metadata, spec } of users) {
    const user = metadata.annotations[USER_ID]
    yield `user ${user}`
    for (const reference of spec.memberOf) yield `edge ${idsByReference.get(reference)} ${user}`
  }
  for (const { metadata, spec } of groups) {
    const group = metadata.annotations[GROUP_ID]
    // The group that Backstage makes of the tenant, above all that are in no other.
    if (group === undefined) continue
    yield `group ${group}`
    for (const reference of spec.children) yield `edge ${group} ${idsByReference.get(reference)}`
  }
}
