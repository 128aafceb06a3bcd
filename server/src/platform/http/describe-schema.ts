import type { JsonSchema } from './openapi.ts'

type Known = {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  default?: unknown
}

/** Writes a schema the way people write types: `{ items: Organization[], nextCursor: string | null }`. */
export function describeSchema(schema: JsonSchema, depth = 0): string {
  const known = schema as Known // JSON Schema as Zod writes it
  if (known.$ref) return known.$ref.split('/').at(-1) ?? 'unknown'
  if (known.const !== undefined) return JSON.stringify(known.const)
  if (known.enum) return known.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = known.oneOf ?? known.anyOf
  if (choices) return choices.map((choice) => describeSchema(choice, depth)).join(' | ')
  if (known.allOf) return known.allOf.map((part) => describeSchema(part, depth)).join(' & ')
  if (known.type === 'array') return describeArray(known, depth)
  if (known.type === 'object') return describeObject(known, depth)
  const type = Array.isArray(known.type) ? known.type.join(' | ') : (known.type ?? 'unknown')
  return known.default === undefined ? type : `${type} = ${JSON.stringify(known.default)}`
}

function describeArray({ items = {} }: Known, depth: number): string {
  const item = describeSchema(items, depth)
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
}

function describeObject({ properties, required = [], additionalProperties }: Known, depth: number) {
  if (!properties) {
    const value = typeof additionalProperties === 'object' ? additionalProperties : {}
    return `{ [key: string]: ${describeSchema(value, depth)} }`
  }
  const indent = '  '.repeat(depth + 1)
  const lines = Object.entries(properties).map(
    ([name, property]) =>
      `${indent}${name}${required.includes(name) ? '' : '?'}: ${describeSchema(property, depth + 1)}\n`,
  )
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`
}
