import type { z } from 'zod'
import { accountEndpoints } from './endpoints/account.ts'
import { administratorEndpoints } from './endpoints/administrators.ts'
import { auditEndpoints } from './endpoints/audit.ts'
import { certificateEndpoints } from './endpoints/certificates.ts'
import { commandBatchEndpoints } from './endpoints/command-batches.ts'
import { complianceEndpoints } from './endpoints/compliance.ts'
import { connectionEndpoints } from './endpoints/connection.ts'
import { deviceGroupEndpoints } from './endpoints/device-groups.ts'
import { deviceEndpoints } from './endpoints/devices.ts'
import { directoryEndpoints } from './endpoints/directory.ts'
import { directoryKeepingEndpoints } from './endpoints/directory-keeping.ts'
import type { Endpoint } from './endpoints/endpoint.ts'
import { enrolmentEndpoints } from './endpoints/enrolment.ts'
import { enrolmentDoctorEndpoints } from './endpoints/enrolment-doctor.ts'
import { liveEndpoints } from './endpoints/live.ts'
import { managementEndpoints } from './endpoints/management.ts'
import { myDeviceEndpoints } from './endpoints/my-devices.ts'
import { organizationEndpoints } from './endpoints/organizations.ts'
import { overviewEndpoints } from './endpoints/overview.ts'
import { roleEndpoints } from './endpoints/roles.ts'
import { sessionSettingsEndpoints } from './endpoints/session-settings.ts'
import { setUpEndpoints } from './endpoints/set-up.ts'
import { signInEndpoints } from './endpoints/sign-in.ts'
import { singleSignOnEndpoints } from './endpoints/single-sign-on.ts'
import { syncRunEndpoints } from './endpoints/sync-runs.ts'
import { termsEndpoints } from './endpoints/terms-of-use.ts'
import { wipeEndpoints } from './endpoints/wipes.ts'

export type { Endpoint } from './endpoints/endpoint.ts'

/**
 * The table of everything the API does, one file for each room. Server routes, the OpenAPI document
 * and the portal's client are all made from it.
 */
export const endpoints = {
  ...signInEndpoints,
  ...organizationEndpoints,
  ...accountEndpoints,
  ...singleSignOnEndpoints,
  ...administratorEndpoints,
  ...roleEndpoints,
  ...overviewEndpoints,
  ...connectionEndpoints,
  ...setUpEndpoints,
  ...syncRunEndpoints,
  ...directoryKeepingEndpoints,
  ...directoryEndpoints,
  ...deviceEndpoints,
  ...deviceGroupEndpoints,
  ...managementEndpoints,
  ...commandBatchEndpoints,
  ...liveEndpoints,
  ...wipeEndpoints,
  ...complianceEndpoints,
  ...sessionSettingsEndpoints,
  ...myDeviceEndpoints,
  ...enrolmentEndpoints,
  ...enrolmentDoctorEndpoints,
  ...termsEndpoints,
  ...auditEndpoints,
  ...certificateEndpoints,
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints

type Part<E, Name extends string> =
  E extends Record<Name, infer Schema extends z.ZodType> ? Schema : never

/** What a caller passes for an endpoint: path parameters, query and body as they are before parsing. */
export type CallOf<Name extends EndpointName> = {
  params: z.input<Part<Endpoints[Name], 'params'>>
  query: z.input<Part<Endpoints[Name], 'query'>>
  body: z.input<Part<Endpoints[Name], 'body'>>
}
/** The same, as a handler receives it: checked and with defaults filled in. */
export type InputOf<Name extends EndpointName> = {
  params: z.output<Part<Endpoints[Name], 'params'>>
  query: z.output<Part<Endpoints[Name], 'query'>>
  body: z.output<Part<Endpoints[Name], 'body'>>
}
/** What an endpoint answers. */
export type AnswerOf<Name extends EndpointName> = Endpoints[Name] extends {
  response: infer R extends z.ZodType
}
  ? z.output<R>
  : Endpoints[Name] extends { stream: string }
    ? AsyncIterable<string>
    : undefined
