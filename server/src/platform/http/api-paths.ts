import { type Endpoint, type EndpointName, endpoints } from '@mooring/contract/endpoints'

export const API_BASE = '/api/v1'

const NAMES = Object.keys(endpoints) as EndpointName[] // the keys of this very table
const PATTERNS = NAMES.map((name) => {
  const endpoint: Endpoint = endpoints[name]
  const pattern = new RegExp(`^${API_BASE}${endpoint.path.replace(/\{\w+\}/g, '[^/]+')}$`)
  return { name, endpoint, pattern }
})

/** The methods that an API path knows; empty when there is no such path. */
export function methodsOf(path: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ endpoint }) => endpoint.method)
}

/** The endpoint that answers a method at a path, with or without a query. */
export function findEndpoint(
  method: string,
  url: string,
): { readonly name: EndpointName; readonly endpoint: Endpoint } | undefined {
  const path = url.split('?', 1)[0] ?? ''
  return PATTERNS.find(({ endpoint, pattern }) => endpoint.method === method && pattern.test(path))
}
