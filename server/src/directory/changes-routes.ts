import type { DirectoryChange } from '@mooring/contract/directory'
import type { ListQuery } from '@mooring/contract/values'
import { z } from 'zod'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { toCsv } from './changes-csv.ts'
import {
  type ChangesOfRun,
  findChangesOfRun,
  findLoadOf,
  isFirstLoad,
  listChangesOfObject,
  listChangesOfRun,
  readChangesOfRun,
  type StoredChange,
} from './changes-store.ts'
import { loadGroup } from './groups-store.ts'
import { findObjectNames } from './object-names-store.ts'
import { idsToName, toDirectoryChange, toFirstEntry } from './render-changes.ts'
import { loadUser } from './users-store.ts'

type ChangesRouteParts = { readonly db: Database['db'] }

type Names = 'listSyncChanges' | 'exportSyncChanges' | 'listUserChanges' | 'listGroupChanges'

const ChangePlace = z.tuple([z.number().int().nonnegative()])

/** What changed: in a run, about a person, about a group. */
export function changesRoutes({ db }: ChangesRouteParts): Handlers<Names> {
  return {
    async listSyncChanges({ params, query }, { organization }) {
      const of = await loadChangesOfRun(db, organization, params.run)
      const { object, change, search } = query
      const found = await listChangesOfRun(db, organization, of, {
        limit: query.limit + 1,
        after: readPlace(query),
        ...(object ? { object } : {}),
        ...(change ? { change } : {}),
        ...(search ? { search } : {}),
      })
      const names = await findObjectNames(db, organization, idsToName(found))
      const page = toPage(found, query.limit, {
        item: (row) => toDirectoryChange(row, names),
        key: (row) => [row.number],
      })
      return { ...page, firstLoad: await isFirstLoad(db, organization, of) }
    },

    async exportSyncChanges({ params }, { organization, audit }) {
      const of = await loadChangesOfRun(db, organization, params.run)
      // Names and values of many people leave at once.
      const object = { kind: 'syncRun', id: params.run }
      await db.transaction().execute((tx) => audit(tx, { action: 'sync.exported', object }))
      return toCsv(namedChangesOfRun(db, organization, of))
    },

    async listUserChanges({ params, query }, { organization }) {
      const user = await loadUser(db, organization, params.user)
      return await listHistory(db, organization, query, {
        object: 'user',
        entraId: user.entra_id,
        id: user.id,
        name: user.display_name ?? user.user_principal_name,
        createdAt: user.created_at,
      })
    },

    async listGroupChanges({ params, query }, { organization }) {
      const group = await loadGroup(db, organization, params.group)
      return await listHistory(db, organization, query, {
        object: 'group',
        entraId: group.entra_id,
        id: group.id,
        name: group.display_name ?? group.entra_id,
        createdAt: group.created_at,
      })
    },
  }
}

async function loadChangesOfRun(
  db: Database['db'],
  organization: OrganizationId,
  run: string,
): Promise<ChangesOfRun> {
  const of = await findChangesOfRun(db, organization, run)
  if (!of) throw new ApiError(404, 'syncRunMissing')
  return of
}

async function* namedChangesOfRun(
  db: Database['db'],
  organization: OrganizationId,
  of: ChangesOfRun,
): AsyncGenerator<readonly DirectoryChange[]> {
  for await (const chunk of readChangesOfRun(db, organization, of)) {
    const names = await findObjectNames(db, organization, idsToName(chunk))
    yield chunk.map((change) => toDirectoryChange(change, names))
  }
}

async function listHistory(
  db: Database['db'],
  organization: OrganizationId,
  query: ListQuery,
  row: Parameters<typeof toFirstEntry>[1],
) {
  const stream = row.object === 'user' ? 'users' : 'groups'
  const loadedNumber = await findLoadOf(db, organization, { ...row, stream })
  const found = await listChangesOfObject(
    db,
    organization,
    { entraId: row.entraId, loadedNumber },
    { limit: query.limit + 1, after: readPlace(query) },
  )
  const names = await findObjectNames(db, organization, idsToName(found))
  const isLoad = (change: StoredChange) => change.object === 'stream'
  const page = toPage(found, query.limit, {
    item: (change) =>
      isLoad(change) ? toFirstEntry(change, row) : toDirectoryChange(change, names),
    key: (change) => [change.number],
  })
  return { ...page, firstLoad: found.length > 0 && found.every(isLoad) }
}

const readPlace = ({ cursor }: ListQuery): number | undefined =>
  cursor ? readCursor(cursor, ChangePlace)[0] : undefined
