import { z } from 'zod'
import { CheckReport, Connection } from './connection.ts'
import { Guid, Instant } from './values.ts'

/** `directory`: users and groups only. `windows`: with Windows enrolment, through an MDM application. */
export const Track = z.enum(['directory', 'windows'])
export type Track = z.infer<typeof Track>

/** The steps of both tracks, in the order of the `windows` track. */
export const StepId = z.enum([
  'prerequisites',
  'domain',
  'mdm-application',
  'app-registration',
  'mdm-urls',
  'ids',
  'application-id-uri',
  'secret',
  'permissions',
  'consent',
  'redirect-uri',
  'services',
])
export type StepId = z.infer<typeof StepId>

/**
 * How a step stands. `notVisible`: Entra does not show it to us with the permissions we hold; the
 * administrator marks it done. `marked` says that somebody did.
 */
export const StepState = z.enum(['open', 'done', 'wrong', 'notVisible'])
export type StepState = z.infer<typeof StepState>

/** A value to carry from Mooring to Entra, shown with a copy button. */
export const ValueToCopy = z.object({ id: z.string(), label: z.string(), value: z.string() })
export type ValueToCopy = z.infer<typeof ValueToCopy>

/** One line of Entra's permission list, as its "Configured permissions" page shows it. */
export const PermissionLine = z.object({
  name: z.string(),
  /** `granted`: green tick in Entra. `missing`: exclamation mark. `unknown`: no token yet. */
  state: z.enum(['granted', 'missing', 'unknown']),
  /** What Mooring uses it for, in the language of the request. */
  neededFor: z.string(),
  required: z.boolean(),
})
export type PermissionLine = z.infer<typeof PermissionLine>

export const GuideStep = z.object({
  id: StepId,
  title: z.string(),
  state: StepState,
  /** Why it is in this state, in one sentence. */
  reason: z.string(),
  /** What to do next; absent when done. */
  remedy: z.string().optional(),
  code: z.string().optional(),
  microsoftTraceId: z.string().optional(),
  /** When the state was last looked at; absent where nothing was looked at. */
  checkedAt: Instant.optional(),
  /** Set where a person marked the step as done. */
  marked: z.object({ by: z.string(), at: Instant }).optional(),
  /** Numbered clicks in Entra, in the language of the request; `**name**` is as Entra shows it. */
  instructions: z.array(z.string()),
  /** The page of the Entra admin center where this is done, for this tenant where it is known. */
  entraUrl: z.url().optional(),
  documentationUrl: z.url().optional(),
  valuesToCopy: z.array(ValueToCopy),
  /** The least Entra role that suffices for the step. */
  leastRole: z.string().optional(),
  permissions: z.array(PermissionLine).optional(),
  /** The link by which an administrator grants consent; may be sent to somebody else. */
  consentUrl: z.url().optional(),
})
export type GuideStep = z.infer<typeof GuideStep>

/** What has been filled in but not saved as a connection yet. Never contains the secret. */
export const GuideDraft = z.object({ tenantId: Guid.nullable(), clientId: Guid.nullable() })

export const Guide = z.object({
  track: Track.nullable(),
  tracks: z.array(
    z.object({
      id: Track,
      title: z.string(),
      brings: z.array(z.string()),
      needs: z.array(z.string()),
      entraUrl: z.url(),
      steps: z.array(StepId),
    }),
  ),
  /** The steps of the chosen track, in order; empty until one is chosen. */
  steps: z.array(GuideStep),
  /** The first step that is neither done nor marked; null when the guide is through. */
  nextStep: StepId.nullable(),
  draft: GuideDraft,
  connection: Connection.nullable(),
  lastCheck: CheckReport.nullable(),
  publicUrl: z.url(),
  /** Who changed the guide last, so that two administrators see each other. */
  changed: z.object({ by: z.string(), at: Instant }).nullable(),
})
export type Guide = z.infer<typeof Guide>

/** Changes only what is named, so that two administrators can work side by side. */
export const GuidePatch = z.strictObject({
  track: Track.optional(),
  draft: z
    .strictObject({
      tenantId: z.string().max(200).nullable().optional(),
      clientId: z.string().max(200).nullable().optional(),
    })
    .optional(),
  /** Marks steps that cannot be seen from here as done (`true`) or not (`false`). */
  marked: z.partialRecord(StepId, z.boolean()).optional(),
})
export type GuidePatch = z.infer<typeof GuidePatch>
