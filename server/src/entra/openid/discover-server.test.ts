import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpClient } from '../http-client.ts'
import { DiscoveryRefused, discoverServer } from './discover-server.ts'

const http = createHttpClient(2000)
/** What the provider's document says, beside what it must. */
let said: Record<string, unknown> = {}
const server = createServer((_request, response) => {
  const endpoints = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  }
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ ...endpoints, ...said }))
})
let issuer: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  issuer = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  await http.close()
  server.close()
})

/** @returns the code of the refusal; `undefined` when the document is taken. */
async function refusalOf(more: Record<string, unknown>): Promise<string | undefined> {
  said = more
  try {
    await discoverServer(http, issuer)
    return undefined
  } catch (error) {
    if (error instanceof DiscoveryRefused) return error.code
    throw error
  }
}

test('a document that speaks of its own issuer is taken', async () => {
  expect(await refusalOf({})).toBeUndefined()
})

test('a document that speaks of another issuer is refused: one provider could pass as another', async () => {
  expect(await refusalOf({ issuer: 'https://login.example' })).toBe('issuerDiffers')
  expect(await refusalOf({ issuer: `${issuer}/other-tenant` })).toBe('issuerDiffers')
})

test('a document without an endpoint is refused', async () => {
  expect(await refusalOf({ jwks_uri: undefined })).toBe('documentIncomplete')
})
