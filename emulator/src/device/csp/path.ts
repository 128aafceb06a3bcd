/**
 * Paths of nodes. Inside the emulator they begin with `./Device` or `./User`, and their segments are
 * percent-encoded.
 */

/** A LocURI in full: `./Vendor/…`, `./DevInfo` and `./SyncML` belong to the device. */
export function toFullPath(uri: string): string {
  const segments = uri.split('/').slice(1).map(encodeSegment)
  const [first = ''] = segments
  const scope = first.toLowerCase()
  if (scope === 'device') return ['.', 'Device', ...segments.slice(1)].join('/')
  if (scope === 'user') return ['.', 'User', ...segments.slice(1)].join('/')
  return ['.', 'Device', ...segments].join('/')
}

export function isUserScope(path: string): boolean {
  return path === './User' || path.startsWith('./User/')
}

/** By what a path is known: names have no case. */
export function toKey(path: string): string {
  return path.toLowerCase()
}

/** Writes a name as one segment. What is encoded already is not encoded twice. */
export function encodeSegment(name: string): string {
  return encodeURIComponent(decodeSegment(name)).replaceAll('%3A', ':')
}

export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
