import { readFileSync } from 'node:fs'
import { type Endpoint, endpoints } from '@mooring/contract/endpoints'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { describeApi, writeOpenApi } from './openapi.ts'

const api = describeApi()

test('the description is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(api)))

  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('it describes every endpoint, and nothing else', () => {
  const described = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
    ),
  )
  const known = Object.entries(endpoints).map(
    ([name, { method, path }]) => `${name} ${method} ${path}`,
  )

  expect(described.sort()).toEqual(known.sort())
})

test('every name it refers to is there', () => {
  const names = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  )

  expect(names).toContain('Organization')
  for (const name of new Set(names)) expect(Object.keys(api.components.schemas)).toContain(name)
})

test('only what is public needs no credential', () => {
  for (const methods of Object.values(api.paths)) {
    for (const { operationId, security } of Object.values(methods)) {
      const { permission } = endpoints[operationId as keyof typeof endpoints]
      expect(security?.length === 0, operationId).toBe(permission === 'public')
    }
  }
})

test('what asks a session for a proof says so, and where the proof goes', () => {
  for (const methods of Object.values(api.paths)) {
    for (const { operationId, parameters, description } of Object.values(methods)) {
      const endpoint: Endpoint = endpoints[operationId as keyof typeof endpoints]
      const stepUp = endpoint.stepUp ?? false
      const takesProof = parameters.some((parameter) => parameter.name === 'x-step-up')
      expect([takesProof, description.includes('stepUpNeeded')], operationId).toEqual([
        stepUp,
        stepUp,
      ])
    }
  }
})

test('the checked-in file is what the contract says', () => {
  expect(readFileSync('contract/openapi.json', 'utf8')).toBe(writeOpenApi())
})
