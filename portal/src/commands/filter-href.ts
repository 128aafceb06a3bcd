import { paths } from '@mooring/contract/paths'

/** The list of devices under a filter, as the address has it. */
export function hrefOfFilter(org: string, filter: object): string {
  const pairs = Object.entries(filter).map(([name, value]) => [name, String(value)])
  return pairs.length === 0
    ? paths.devices(org)
    : `${paths.devices(org)}?${new URLSearchParams(pairs)}`
}
