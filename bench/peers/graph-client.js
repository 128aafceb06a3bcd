// @ts-check
// Microsoft's JavaScript client, as it comes from npm, with its PageIterator and the loop that its
// documentation leaves to its user. It keeps what it reads.
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'
import { serveReads } from './reader.js'

const AT_ONCE = 10

// The properties that Mooring asks for too.
const USER_SELECT =
  'id,userPrincipalName,displayName,givenName,surname,mail,department,jobTitle,companyName,' +
  'officeLocation,mobilePhone,businessPhones,employeeId,preferredLanguage,usageLocation,userType,' +
  'accountEnabled,onPremisesSyncEnabled'
const GROUP_SELECT =
  'id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,visibility,' +
  'membershipRule,onPremisesSyncEnabled'

await serveReads(async ({ url }, token) => {
  const client = Client.initWithMiddleware({
    authProvider: { getAccessToken: async () => token },
    baseUrl: `${url}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
  })
  const users = await readAll(client, '/users', USER_SELECT)
  const groups = await readAll(client, '/groups', GROUP_SELECT)
  /** @type {Map<string, string[]>} */
  const members = new Map()
  const waiting = [...groups]
  const work = async () => {
    for (let group = waiting.pop(); group; group = waiting.pop()) {
      const found = await readAll(client, `/groups/${group.id}/members`, 'id')
      members.set(
        group.id,
        found.map(({ id }) => id),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return () => toLines(users, groups, members)
})

/**
 * @param {Client} client
 * @param {string} path
 * @param {string} select
 */
async function readAll(client, path, select) {
  /** @type {{ id: string }[]} */
  const items = []
  const page = await client.api(path).select(select).top(999).get()
  const iterator = new PageIterator(client, page, (item) => {
    items.push(item)
    return true
  })
  await iterator.iterate()
  return items
}

/**
 * @param {{ id: string }[]} users
 * @param {{ id: string }[]} groups
 * @param {Map<string, string[]>} members
 */
function* toLines(users, groups, members) {
  for (const { id } of users) yield `user ${id}`
  for (const { id } of groups) yield `group ${id}`
  for (const [group, ids] of members) for (const id of ids) yield `edge ${group} ${id}`
}
