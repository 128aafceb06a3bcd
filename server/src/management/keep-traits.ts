import { isDeepStrictEqual } from 'node:util'
import { readTraits, TRAIT_NODES } from '@mooring/contract/device-traits'
import { saveTraits } from '../devices/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Fact } from './standings-store.ts'

type Facts = Readonly<Record<string, Fact>>

/** Keeps what lists know of a device as it tells it: where a message changes it, and in its first. */
export async function keepTraits(
  tx: Db,
  organization: OrganizationId,
  told: {
    readonly device: string
    readonly isFirst: boolean
    readonly before: Facts
    readonly after: Facts
  },
): Promise<void> {
  const { device, isFirst, before, after } = told
  const traits = readTraits(after)
  if (!isFirst && isDeepStrictEqual(traits, readTraits(before))) return
  const since = after[TRAIT_NODES.signatureVersion]?.since
  const signaturesSince = since === undefined ? undefined : new Date(since)
  await saveTraits(tx, organization, { device, traits, signaturesSince })
}
