import type { EntraGroup } from '@mooring/contract/directory'
import { z } from 'zod'
import type { GraphClient, GraphOptions } from '../entra/graph/graph-client.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import { groupObjectId, isGuid } from '../entra/ids.ts'
import { NetworkError } from '../entra/network-error.ts'
import { groupKind } from './plan-groups.ts'

/** An administrator is typing: long waits belong to the synchronisation, not here. */
const SEARCH_TIMEOUT_MS = 20_000
const MOST_FOUND = 25
const SELECT = '$select=id,displayName,description,groupTypes,mailEnabled,securityEnabled'

const Found = z.object({
  id: z.string().refine(isGuid),
  displayName: z.string().nullish(),
  description: z.string().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  mailEnabled: z.boolean().nullish(),
  securityEnabled: z.boolean().nullish(),
})
type Found = z.infer<typeof Found>
const FoundList = z.object({ value: z.array(Found) })

/**
 * Looks for groups in Entra: by the beginning of any word of their name, or the one with this id.
 *
 * @throws as `GraphClient.get`.
 * @see Graph "Use the $search query parameter"
 */
export async function findEntraGroups(graph: GraphClient, wanted: string): Promise<EntraGroup[]> {
  const signal = AbortSignal.timeout(SEARCH_TIMEOUT_MS)
  const options: GraphOptions = { priority: 'High', signal }
  try {
    return await (isGuid(wanted) ? findById : findByName)(graph, wanted, options)
  } catch (error) {
    if (!signal.aborted) throw error
    throw new NetworkError('timedOut', new URL(graph.origin).host, `${SEARCH_TIMEOUT_MS / 1000} s`)
  }
}

async function findByName(
  graph: GraphClient,
  name: string,
  options: GraphOptions,
): Promise<EntraGroup[]> {
  const words = toWords(name)
  if (words === '') return []
  const search = encodeURIComponent(`"displayName:${words}"`)
  const { json } = await graph.get(`/groups?$search=${search}&${SELECT}&$top=${MOST_FOUND}`, {
    ...options,
    headers: { consistencylevel: 'eventual' },
  })
  return read(FoundList, json, graph).value.map(toEntraGroup)
}

async function findById(
  graph: GraphClient,
  id: string,
  options: GraphOptions,
): Promise<EntraGroup[]> {
  try {
    const { json } = await graph.get(`/groups/${groupObjectId(id)}?${SELECT}`, options)
    return [toEntraGroup(read(Found, json, graph))]
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return []
    throw error
  }
}

/** A quote would end the search, a backslash would escape its end. Neither is part of a word. */
const toWords = (text: string) => text.replace(/["\\]/g, ' ').replace(/\s+/g, ' ').trim()

function read<Schema extends z.ZodType>(schema: Schema, json: unknown, graph: GraphClient) {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw new NetworkError('notJson', new URL(graph.origin).host, 'a body that is no group')
}

function toEntraGroup(group: Found): EntraGroup {
  const { groupTypes = null, mailEnabled = null, securityEnabled = null } = group
  return {
    entraId: groupObjectId(group.id),
    displayName: group.displayName ?? group.id,
    description: group.description ?? null,
    kind: groupKind({ groupTypes, mailEnabled, securityEnabled }) ?? 'security',
    isDynamic: groupTypes?.includes('DynamicMembership') ?? false,
  }
}
