import { z } from 'zod'
import { Guid, Instant } from '../values.ts'
import { GroupKind } from './groups.ts'
import { StateReason } from './people.ts'
import { SyncRun } from './sync-runs.ts'

/** When runs start by themselves. */
export const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off') }),
  z.strictObject({ kind: z.literal('every'), minutes: z.number().int().min(5).max(1440) }),
  z.strictObject({
    kind: z.literal('cron'),
    /** Five fields: minute, hour, day of month, month, day of week. */
    expression: z.string().min(9).max(100),
    /** IANA name, e.g. `Europe/Berlin`. */
    timeZone: z.string().min(1).max(60),
  }),
])
export type Schedule = z.infer<typeof Schedule>

/** Whom an organization takes over from its tenant. */
export const Scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({
    kind: z.literal('groups'),
    groups: z
      .array(z.strictObject({ entraId: Guid, transitive: z.boolean() }))
      .min(1)
      .max(100),
  }),
])
export type Scope = z.infer<typeof Scope>

/** Attributes of people that may be left out. Names, state and the user principal name always come. */
export const OPTIONAL_ATTRIBUTES = [
  'givenName',
  'surname',
  'mail',
  'department',
  'jobTitle',
  'companyName',
  'officeLocation',
  'mobilePhone',
  'businessPhones',
  'employeeId',
  'preferredLanguage',
  'usageLocation',
] as const
export const OptionalAttribute = z.enum(OPTIONAL_ATTRIBUTES)
export type OptionalAttribute = z.infer<typeof OptionalAttribute>

/** Attributes in Entra that a custom field can be filled from. */
export const CUSTOM_ATTRIBUTES = [
  'city',
  'state',
  'country',
  'postalCode',
  'streetAddress',
  'employeeType',
  'onPremisesSamAccountName',
  'onPremisesUserPrincipalName',
  'onPremisesDistinguishedName',
  'onPremisesImmutableId',
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}` as const),
] as const
export const CustomAttribute = z.enum(CUSTOM_ATTRIBUTES)
export type CustomAttribute = z.infer<typeof CustomAttribute>

export const CustomField = z.strictObject({
  /** As shown, and as policies will name it: letters, digits, `_`. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/),
  attribute: CustomAttribute,
})
export type CustomField = z.infer<typeof CustomField>

export const DirectorySettings = z.strictObject({
  schedule: Schedule,
  scope: Scope,
  guests: z.enum(['exclude', 'include']),
  disabledUsers: z.enum(['lock', 'ignore']),
  removedUsers: z.strictObject({ graceDays: z.number().int().min(0).max(365) }),
  brake: z.strictObject({
    atLeast: z.number().int().min(0).max(100_000),
    percent: z.number().min(0).max(100),
  }),
  attributes: z.array(OptionalAttribute),
  customFields: z.array(CustomField).max(15),
  /** Whether Microsoft may tell this server that something changed, where it is reachable. */
  changeNotifications: z.boolean(),
})
export type DirectorySettings = z.infer<typeof DirectorySettings>

/** What is not given stays as it is. */
export const DirectorySettingsInput = DirectorySettings.partial({
  attributes: true,
  customFields: true,
  changeNotifications: true,
})
export type DirectorySettingsInput = z.infer<typeof DirectorySettingsInput>

/** The settings, with what a person wants to see beside them. */
export const DirectorySettingsAnswer = DirectorySettings.extend({
  /** Names of the scope's groups where we know them. */
  scopeGroups: z.array(
    z.object({
      entraId: Guid,
      displayName: z.string().nullable(),
      /** `missing`: not among the groups we read. */
      state: z.enum(['present', 'missing', 'unknown']),
      members: z.number().int().nullable(),
    }),
  ),
  nextRunAt: Instant.nullable(),
  /** People of the tenant who are not part of this organization, by reason. */
  leftOut: z.array(z.object({ reason: StateReason, people: z.number().int() })),
  updatedAt: Instant.nullable(),
  updatedBy: z.string().nullable(),
})
export type DirectorySettingsAnswer = z.infer<typeof DirectorySettingsAnswer>

/** What saving the settings would change: a dry run without reading Entra. */
export const SettingsPreview = z.object({
  run: SyncRun,
  /** Other attributes are wanted: their values come with a full read, which this preview cannot know. */
  needsFullRead: z.boolean(),
})
export type SettingsPreview = z.infer<typeof SettingsPreview>

/** A group in Entra, found while choosing a scope. */
export const EntraGroup = z.object({
  entraId: Guid,
  displayName: z.string(),
  description: z.string().nullable(),
  kind: GroupKind,
  isDynamic: z.boolean(),
})
export type EntraGroup = z.infer<typeof EntraGroup>
export const EntraGroupQuery = z.object({ search: z.string().trim().min(1).max(100) })
export const EntraGroupList = z.object({ items: z.array(EntraGroup) })
