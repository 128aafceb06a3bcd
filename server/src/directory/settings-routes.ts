import type { DirectorySettingsAnswer } from '@mooring/contract/directory'
import type { ConnectionClients } from '../connection/index.ts'
import { describeTrouble, toTrouble } from '../entra/trouble.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language, Texts } from '../platform/texts.ts'
import { findEntraGroups } from './find-entra-groups.ts'
import { previewSettings } from './preview-settings.ts'
import type { SyncParts } from './reading.ts'
import { isLooser } from './removal-brake.ts'
import { toSyncRun } from './render-run.ts'
import { saveDirectorySettings, tryDirectorySettings } from './save-directory-settings.ts'
import { readsTheSame } from './settings.ts'
import { findSettings } from './settings-store.ts'
import { countLeftOut, describeScope } from './settings-view-store.ts'
import { findNextRunAt } from './start-due-syncs.ts'
import type { StartParts } from './start-sync.ts'

export type SettingsRouteParts = StartParts & {
  readonly clients: ConnectionClients
  readonly texts: Texts
  readonly judge?: SyncParts['judge']
}

type Names =
  | 'getDirectorySettings'
  | 'saveDirectorySettings'
  | 'previewDirectorySettings'
  | 'searchEntraGroups'

/** Who is synchronised, when, and with which limits. */
export function settingsRoutes(parts: SettingsRouteParts): Handlers<Names> {
  const { db, clients, clock, texts } = parts
  return {
    async getDirectorySettings(_input, { organization }) {
      return await describeSettings(parts, organization)
    },

    async saveDirectorySettings({ body }, { organization, caller, demandStepUp, audit }) {
      const { before, after } = await tryDirectorySettings(db, organization, body, clock.now())
      if (isLooser(after.brake, before.brake)) await demandStepUp()
      await saveDirectorySettings(parts, organization, body, caller.name, (tx, changes) =>
        audit(tx, {
          action: 'directory-settings.saved',
          object: { kind: 'directorySettings' },
          changes,
        }),
      )
      return await describeSettings(parts, organization)
    },

    async previewDirectorySettings({ body }, { organization, caller, language }) {
      const { before, after } = await tryDirectorySettings(db, organization, body, clock.now())
      const run = await previewSettings(parts, organization, after, { by: caller.name })
      return {
        run: toSyncRun(texts, language, run),
        needsFullRead: !readsTheSame(before, after),
      }
    },

    async searchEntraGroups({ query }, { organization, language }) {
      const client = await clients.find(organization)
      if (!client) throw new ApiError(409, 'connectionMissing')
      try {
        return { items: await findEntraGroups(client.graph, query.search) }
      } catch (error) {
        throw toRefusal(texts, language, error)
      }
    },
  }
}

async function describeSettings(
  { db, clock }: SettingsRouteParts,
  organization: OrganizationId,
): Promise<DirectorySettingsAnswer> {
  const { settings, updatedAt, updatedBy } = await findSettings(db, organization)
  const nextRunAt = await findNextRunAt(db, organization, clock.now())
  return {
    ...settings,
    scopeGroups: await describeScope(db, organization, settings),
    nextRunAt: nextRunAt?.toISOString() ?? null,
    leftOut: await countLeftOut(db, organization),
    updatedAt: updatedAt?.toISOString() ?? null,
    updatedBy: updatedBy ?? null,
  }
}

/** What Microsoft refused, told as our answer; anything else is our own fault and stays what it is. */
function toRefusal(texts: Texts, language: Language, error: unknown): unknown {
  const trouble = toTrouble(error)
  if (!trouble) return error
  const told = { ...trouble.values, permission: 'Group.Read.All' }
  const values = describeTrouble(texts, language, trouble.code, told)
  return new ApiError(502, 'microsoftRefused', { values, cause: error })
}
