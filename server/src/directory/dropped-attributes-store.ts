import type { OptionalAttribute } from '@mooring/contract/directory'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Dropped } from './settings-change.ts'
import { type NamedUser, wordsOf } from './user-words.ts'

const COLUMNS: Readonly<Record<OptionalAttribute, string>> = {
  givenName: 'given_name',
  surname: 'surname',
  mail: 'mail',
  department: 'department',
  jobTitle: 'job_title',
  companyName: 'company_name',
  officeLocation: 'office_location',
  mobilePhone: 'mobile_phone',
  businessPhones: 'business_phones',
  employeeId: 'employee_id',
  preferredLanguage: 'preferred_language',
  usageLocation: 'usage_location',
}

/** Attributes by which people are found. */
const FOUND_BY: ReadonlySet<OptionalAttribute> = new Set([
  'givenName',
  'surname',
  'mail',
  'department',
  'jobTitle',
  'employeeId',
] as const)

/**
 * Forgets what is no longer wanted to be known, of everybody: of those, too, whom no full read would
 * meet. It is forgotten in the history as well, and not told there: nothing changed in Entra.
 *
 * Rows of people are locked in no order that a run would know: the caller holds the tenant.
 */
export async function clearDropped(
  tx: Db,
  organization: OrganizationId,
  dropped: Dropped,
): Promise<void> {
  await clearValues(tx, organization, dropped)
  if (dropped.attributes.some((name) => FOUND_BY.has(name))) await renewWords(tx, organization)
  const told = [...dropped.attributes, ...dropped.customFields.map((name) => `custom.${name}`)]
  for (const table of ['directory_changes', 'sync_proposals']) {
    await sql`
      update ${sql.table(table)} set fields = nullif(fields - ${told}::text[], '{}'::jsonb)
      where organization_id = ${organization} and object = 'user' and fields ?| ${told}::text[]`.execute(
      tx,
    )
  }
}

async function clearValues(
  tx: Db,
  organization: OrganizationId,
  { attributes, customFields }: Dropped,
): Promise<void> {
  const cleared: RawBuilder<unknown>[] = attributes.map((name) =>
    name === 'businessPhones' ? sql`business_phones = '{}'` : sql`${sql.ref(COLUMNS[name])} = null`,
  )
  if (attributes.includes('department')) cleared.push(sql`sort_department = ''`)
  if (customFields.length > 0) {
    cleared.push(sql`custom_fields = custom_fields - ${[...customFields]}::text[]`)
  }
  await sql`
    update directory_users set ${sql.join(cleared)} where organization_id = ${organization}`.execute(
    tx,
  )
}

const CHUNK = 5000
const FIRST = '00000000-0000-0000-0000-000000000000'

async function renewWords(tx: Db, organization: OrganizationId): Promise<void> {
  for (let after = FIRST; ; ) {
    const { rows } = await sql<NamedUser & { entra_id: string }>`
      select entra_id, display_name, given_name, surname, user_principal_name, mail, department,
        job_title, employee_id
      from directory_users
      where organization_id = ${organization} and entra_id > ${after}::uuid
      order by entra_id limit ${CHUNK}`.execute(tx)
    const renewed = rows.map((user) => ({ entra_id: user.entra_id, words: wordsOf(user) }))
    await sql`
      update directory_users as u set search_words = renewed.words
      from jsonb_to_recordset(${JSON.stringify(renewed)}::jsonb) as renewed (entra_id uuid, words text)
      where u.organization_id = ${organization} and u.entra_id = renewed.entra_id
        and u.search_words <> renewed.words`.execute(tx)
    after = rows.at(-1)?.entra_id ?? after
    if (rows.length < CHUNK) return
  }
}
