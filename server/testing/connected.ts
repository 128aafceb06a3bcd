import type { DirectorySettings } from '@mooring/contract/directory'
import { type Emulator, type EmulatorOptions, startEmulator } from '@mooring/emulator'
import { createConnectionClients } from '../src/connection/index.ts'
import { saveConnection } from '../src/connection/save-connection.ts'
import { runSync, type SyncOutcome, startSync } from '../src/directory/index.ts'
import { DEFAULT_SETTINGS } from '../src/directory/settings.ts'
import { saveSettings } from '../src/directory/settings-store.ts'
import { customCloud } from '../src/entra/clouds.ts'
import { createHttpClient } from '../src/entra/http-client.ts'
import { steppingClock } from '../src/platform/clock.ts'
import { temporaryKeys } from '../src/platform/key-source.ts'
import { createLog } from '../src/platform/log.ts'
import { checkMasterKey } from '../src/platform/master-key-check.ts'
import { acrossOrganizations } from '../src/platform/organization-guard.ts'
import type { OrganizationId } from '../src/platform/organization-id.ts'
import { createSecrets } from '../src/platform/secrets.ts'
import type { TestDatabase } from './database.ts'

/** An emulated tenant and what the rooms need to talk to it, with time in the test's hand. */
export async function connectedWorld(database: TestDatabase, options: EmulatorOptions = {}) {
  const { db } = database
  const clock = steppingClock(new Date('2026-11-25T08:00:00Z'))
  const emulator = await startEmulator({
    users: 60,
    groups: 20,
    now: () => clock.now(),
    ...options,
  })
  const cloud = customCloud(emulator.url, emulator.url)
  const http = createHttpClient(2000)
  const keys = temporaryKeys()
  const secrets = createSecrets(keys)
  const clients = createConnectionClients({ db, secrets, http, clock, cloud, chance: () => 0.5 })
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const parts = {
    db,
    clients,
    clock,
    log,
    // Each page is a commit of its own, so that a test can stop between any two.
    batchSize: 1,
    everyFewSeconds: () => ({ [Symbol.dispose]: () => undefined }),
  }
  let jobs: { organization: OrganizationId; id: `run_${string}` }[] = []

  return {
    emulator,
    db,
    clock,
    cloud,
    secrets,
    clients,
    http,
    parts,
    log: lines,
    enqueue: async (_tx: unknown, organization: OrganizationId, id: `run_${string}`) => {
      jobs.push({ organization, id })
    },
    /** The organization that the migrations left, and a second one. */
    async organizations(): Promise<{ first: OrganizationId; second: OrganizationId }> {
      const home = await db.selectFrom('organizations').select('id').executeTakeFirstOrThrow()
      await checkMasterKey(db, home.id, keys.ring())
      const second: OrganizationId = 'org_second'
      await db
        .insertInto('organizations')
        .values({ id: second, slug: 'second', name: 'Second' })
        .execute()
      return { first: home.id, second }
    },
    /** Saves a connection to the emulated tenant. */
    async connect(
      organization: OrganizationId,
      more: {
        syncUsers?: boolean
        syncGroups?: boolean
        secret?: string
        of?: Pick<Emulator, 'tenant' | 'app'>
        /** Guests come along unless a test says otherwise: the copy is compared with the whole tenant. */
        settings?: Partial<DirectorySettings>
      } = {},
    ) {
      const { tenant, app } = more.of ?? emulator
      const settings = { ...DEFAULT_SETTINGS, guests: 'include' as const, ...more.settings }
      await saveSettings(db, organization, settings, { name: 'test', now: clock.now() })
      await db.transaction().execute((tx) =>
        saveConnection(tx, secrets, {
          organization,
          input: {
            tenantId: tenant.id,
            clientId: app.clientId,
            credential: { kind: 'secret', value: more.secret ?? app.secret },
            syncUsers: more.syncUsers ?? true,
            syncGroups: more.syncGroups ?? true,
          },
          by: 'test',
          now: clock.now(),
          synchronisedTenant: undefined,
        }),
      )
    },
    /** Starts a synchronisation and carries it out here and now. */
    async sync(
      organization: OrganizationId,
      mode: 'delta' | 'full' = 'delta',
      signal: AbortSignal = new AbortController().signal,
      dryRun = false,
    ): Promise<{ outcome: SyncOutcome; id: `run_${string}` }> {
      const run = await startSync({ db, clock, enqueue: async () => undefined }, organization, {
        mode,
        trigger: 'api',
        by: 'test',
        dryRun,
      })
      if (!run) throw new Error('a synchronisation is under way')
      return { id: run.id, outcome: await runSync(parts, organization, run.id, signal) }
    },
    takeJobs() {
      const taken = jobs
      jobs = []
      return taken
    },
    /** What the database holds of an organization, as the emulator would tell it. */
    async copy(organization: OrganizationId) {
      const across = acrossOrganizations(db)
      const users = await across
        .selectFrom('directory_users')
        .select([
          'entra_id',
          'user_principal_name',
          'display_name',
          'department',
          'account_enabled',
        ])
        .where('organization_id', '=', organization)
        .where('state', 'in', ['active', 'disabled'])
        .orderBy('entra_id')
        .execute()
      const groups = await across
        .selectFrom('directory_groups')
        .select(['entra_id', 'display_name'])
        .where('organization_id', '=', organization)
        .where('state', '<>', 'removed')
        .orderBy('entra_id')
        .execute()
      const edges = await across
        .selectFrom('directory_memberships')
        .select(['group_entra_id', 'member_entra_id'])
        .where('organization_id', '=', organization)
        .orderBy('group_entra_id')
        .orderBy('member_entra_id')
        .execute()
      return { users, groups, edges }
    },
    async [Symbol.asyncDispose]() {
      await http.close()
      await emulator.stop()
    },
  }
}

/** The same, from the emulator's own data. */
export function truthOf(emulator: Emulator, more: { hiddenVisible?: boolean } = {}) {
  const { directory } = emulator
  const byId = <T extends { entra_id: string }>(left: T, right: T) =>
    left.entra_id < right.entra_id ? -1 : 1
  const users = directory.users
    .map((user) => ({
      entra_id: user.id,
      user_principal_name: user.userPrincipalName,
      display_name: user.displayName ?? null,
      department: user.department ?? null,
      account_enabled: user.accountEnabled ?? true,
    }))
    .sort(byId)
  const groups = directory.groups
    .map((group) => ({ entra_id: group.id, display_name: group.displayName ?? null }))
    .sort(byId)
  const visible = directory.groups.filter(
    (group) => more.hiddenVisible || group.visibility !== 'HiddenMembership',
  )
  const edges = visible
    .flatMap((group) =>
      directory
        .members(group.id)
        .map((member) => ({ group_entra_id: group.id, member_entra_id: member.id })),
    )
    .sort((left, right) => {
      const [a, b] = [left, right].map((edge) => edge.group_entra_id + edge.member_entra_id)
      return (a ?? '') < (b ?? '') ? -1 : 1
    })
  return { users, groups, edges }
}
