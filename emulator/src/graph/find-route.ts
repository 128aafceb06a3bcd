import { decodeText } from '../http/request.ts'
import { notAllowed, segmentUnknown } from './graph-error.ts'
import { type GraphRoute, graphRoutes } from './routes.ts'

type Compiled = { readonly route: GraphRoute; readonly segments: readonly RegExp[] }

const compiled: readonly Compiled[] = graphRoutes.map((route) => ({
  route,
  segments: route.path.slice(1).split('/').map(toPattern),
}))

/**
 * Finds the operation for a path below `/v1.0`. OData names of functions and types may be written
 * short or with their namespace; the more literal path wins over a placeholder.
 *
 * @throws GraphError 400 for an unknown segment, 405 for a wrong method
 */
export function findRoute(method: string, path: string): { route: GraphRoute; values: string[] } {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeText)
  let isKnownPath = false
  for (const candidate of compiled) {
    const values = match(candidate, segments)
    if (!values) continue
    if (candidate.route.method === method) return { route: candidate.route, values }
    isKnownPath = true
  }
  if (isKnownPath) throw notAllowed()
  throw segmentUnknown(firstUnknown(segments))
}

function match(candidate: Compiled, segments: readonly string[]): string[] | undefined {
  if (candidate.segments.length !== segments.length) return undefined
  const values: string[] = []
  for (const [place, pattern] of candidate.segments.entries()) {
    const found = pattern.exec(segments[place] ?? '')
    if (!found) return undefined
    values.push(...found.slice(1))
  }
  return values
}

/** The first segment that no operation has at its place. */
function firstUnknown(segments: readonly string[]): string {
  for (let length = 1; length <= segments.length; length++) {
    const isPrefix = compiled.some((candidate) =>
      segments.slice(0, length).every((segment, place) => candidate.segments[place]?.test(segment)),
    )
    if (!isPrefix) return segments[length - 1] ?? ''
  }
  return segments.at(-1) ?? ''
}

function toPattern(segment: string): RegExp {
  if (/^\{.+\}$/.test(segment)) return /^([^$(){}]+)$/
  if (segment === 'delta()') return /^(?:microsoft\.graph\.)?delta(?:\(\))?$/i
  const cast = /^graph\.(\w+)$/.exec(segment)
  if (cast) return new RegExp(`^(?:microsoft\\.)?graph\\.${cast[1]}$`, 'i')
  const keyed = /^(\w+)\((\w+)='\{\w+\}'\)$/.exec(segment)
  if (keyed) return new RegExp(`^${keyed[1]}\\(${keyed[2]}='([^']*)'\\)$`, 'i')
  return new RegExp(`^${segment.replace('$', '\\$')}$`, 'i')
}
