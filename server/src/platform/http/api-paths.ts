import { type Endpoint, endpoints } from '@mooring/contract/endpoints'

export const API_BASE = '/api/v1'

const PATTERNS = Object.values(endpoints).map((endpoint: Endpoint) => ({
  endpoint,
  pattern: new RegExp(`^${API_BASE}${endpoint.path.replace(/\{\w+\}/g, '[^/]+')}$`),
}))

/** The methods that an API path knows; empty when there is no such path. */
export function methodsOf(path: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ endpoint }) => endpoint.method)
}

/** The endpoint that answers a method at a path, with or without a query. */
export function findEndpoint(method: string, url: string): Endpoint | undefined {
  const path = url.split('?', 1)[0] ?? ''
  return PATTERNS.find(({ endpoint, pattern }) => endpoint.method === method && pattern.test(path))
    ?.endpoint
}
