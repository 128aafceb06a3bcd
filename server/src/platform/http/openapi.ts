import * as audit from '@mooring/contract/audit'
import * as connection from '@mooring/contract/connection'
import * as directory from '@mooring/contract/directory'
import { type Endpoint, endpoints } from '@mooring/contract/endpoints'
import * as organizations from '@mooring/contract/organizations'
import * as overview from '@mooring/contract/overview'
import * as permissions from '@mooring/contract/permissions'
import * as problem from '@mooring/contract/problem'
import * as setUp from '@mooring/contract/set-up'
import * as signIn from '@mooring/contract/sign-in'
import * as values from '@mooring/contract/values'
import { z } from 'zod'
import { API_BASE } from './api-paths.ts'

/** A schema as OpenAPI 3.1 has it: JSON Schema 2020-12. */
export type JsonSchema = { readonly [key: string]: unknown }

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>
export type Operation = {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly security?: readonly []
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, unknown>>
}
export type OpenApi = {
  readonly openapi: '3.1.1'
  readonly info: JsonSchema
  readonly servers: readonly [{ readonly url: string }]
  readonly security: readonly JsonSchema[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: Readonly<Record<string, unknown>>
  }
}

/** Statuses that any call may answer with, and when. */
const COMMON: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  401: 'No valid session or API token.',
  403: 'The role does not include the permission, or the session lacks its token or a step-up.',
  404: 'There is no such thing, or none that the caller may see.',
  409: 'It does not fit the present state.',
  422: 'Some values are not right; `errors` names them.',
  429: 'Too many attempts; `Retry-After` says how long to wait.',
  500: 'A fault of the server, told in its log under `traceId`.',
}

/** Describes the whole API, made from the contract's table. @see OpenAPI Specification 3.1.1 */
export function describeApi(): OpenApi {
  const names = nameSchemas()
  const schemas: Record<string, JsonSchema> = {}
  const toSchema = (schema: z.ZodType, io: 'input' | 'output') => {
    const { $schema, $defs, ...json } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      // What a caller sends is stricter than what we answer, so that only answers share names.
      metadata: io === 'output' ? names : z.registry<{ id?: string }>(),
    })
    for (const [id, definition] of Object.entries($defs ?? {})) {
      schemas[id] = withRefs(definition as JsonSchema)
    }
    return withRefs(json)
  }

  const paths: Record<string, Record<string, Operation>> = {}
  for (const [name, endpoint] of Object.entries(endpoints) as [string, Endpoint][]) {
    paths[endpoint.path] ??= {}
    Object.assign(paths[endpoint.path] ?? {}, {
      [endpoint.method.toLowerCase()]: toOperation(name, endpoint, toSchema),
    })
  }
  // Every refusal refers to it, though no endpoint answers with it.
  toSchema(z.object({ it: problem.Problem }), 'output')
  return {
    openapi: '3.1.1',
    info: {
      title: 'Mooring API',
      version: '1',
      description:
        'Instants are RFC 3339 in UTC; ids of ours carry a prefix, Entra ids are lower-case GUIDs. ' +
        'Errors are problem+json (RFC 9457). Lists take `limit` and `cursor` and answer `items` and ' +
        '`nextCursor`, which is null at the end.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API_BASE }],
    security: [{ token: [] }, { session: [], csrf: [] }],
    tags: [...new Set(Object.values(endpoints).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: sortKeys(schemas),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token, `mor_…`.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-mooring',
          description:
            'The portal’s session; on plain http, i.e. on loopback, it is named `mooring`.',
        },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'x-csrf-token',
          description: 'The session’s `csrfToken`, with everything that changes something.',
        },
      },
    },
  }
}

/** The file `contract/openapi.json`. */
export function writeOpenApi(): string {
  return `${JSON.stringify(describeApi(), undefined, 2)}\n`
}

type ToSchema = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema

function toOperation(name: string, endpoint: Endpoint, toSchema: ToSchema): Operation {
  const isPublic = endpoint.permission === 'public'
  return {
    operationId: name,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: describeNeeds(endpoint),
    ...(isPublic ? { security: [] as const } : {}),
    parameters: [
      ...(endpoint.stepUp ? [STEP_UP] : []),
      ...toParameters('path', endpoint.params, toSchema),
      ...toParameters('query', endpoint.query, toSchema),
    ],
    ...(endpoint.body
      ? {
          requestBody: {
            required: !endpoint.body.safeParse(undefined).success,
            content: { 'application/json': { schema: toSchema(endpoint.body, 'input') } },
          },
        }
      : {}),
    responses: toResponses(endpoint, toSchema),
  }
}

function describeNeeds({ permission, stepUp }: Endpoint): string {
  if (permission === 'public') return 'Needs no permission.'
  const proof =
    ' A session may be asked to prove anew who acts (`stepUpNeeded`); API tokens are not.'
  return `Needs the permission \`${permission}\`.${stepUp ? proof : ''}`
}

const STEP_UP: Parameter = {
  name: 'x-step-up',
  in: 'header',
  required: false,
  schema: {
    type: 'string',
    description: 'The id of a proven step-up for this very call; good once, for five minutes.',
  },
}

function toParameters(
  place: 'path' | 'query',
  schema: z.ZodObject | undefined,
  toSchema: ToSchema,
): Parameter[] {
  if (!schema) return []
  const { properties = {}, required = [] } = toSchema(schema, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function toResponses(endpoint: Endpoint, toSchema: ToSchema): Record<string, unknown> {
  const { permission, status, response, refusals = [] } = endpoint
  const common =
    permission === 'public' ? [400, 401, 403, 422, 429, 500] : [400, 401, 403, 404, 422, 500]
  const problems = [...new Set([...common, ...refusals])].sort((left, right) => left - right)
  return {
    [status]: {
      description: response || endpoint.stream ? 'Done.' : 'Done; there is nothing to tell.',
      ...(response
        ? { content: { 'application/json': { schema: toSchema(response, 'output') } } }
        : endpoint.stream
          ? { content: { [endpoint.stream]: { schema: { type: 'string' } } } }
          : {}),
    },
    ...Object.fromEntries(
      problems.map((code) => [
        code,
        { description: COMMON[code] ?? 'Refused.', content: PROBLEM_CONTENT },
      ]),
    ),
  }
}

const PROBLEM_CONTENT = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

/** Every schema that the contract exports goes by its exported name. */
function nameSchemas() {
  const names = z.registry<{ id?: string; description?: string }>()
  const rooms = [
    values,
    permissions,
    problem,
    signIn,
    organizations,
    connection,
    directory,
    setUp,
    overview,
    audit,
  ]
  for (const room of rooms) {
    for (const [id, schema] of Object.entries(room)) {
      if (!(schema instanceof z.ZodType)) continue
      const { description } = z.globalRegistry.get(schema) ?? {}
      names.add(schema, { id, ...(description ? { description } : {}) })
    }
  }
  return names
}

/** Zod keeps named schemas under `$defs`, OpenAPI under `components`. */
function withRefs(schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema
}

function sortKeys<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)),
  )
}
