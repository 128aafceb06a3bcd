/**
 * The acceptance of the emulator: clients that others wrote, unmodified, with exactly the options
 * that their documentation gives for another host.
 */
import { generateKeyPairSync } from 'node:crypto'
import tls from 'node:tls'
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { Client, PageIterator } from '@microsoft/microsoft-graph-client'
import type { Device, Group, User } from '@microsoft/microsoft-graph-types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, thumbprints, toPem } from './entra/certificate.ts'
import { type Emulator, startEmulator } from './index.ts'
import { readClaims } from './testing/client.ts'

let emulator: Emulator
let host: string
let graph: Client
const credential = makeCredential()

beforeAll(async () => {
  emulator = await startEmulator({ tls: true })
  emulator.apps.grant(emulator.app.clientId, ['Member.Read.Hidden', 'Organization.Read.All'])
  emulator.apps.addCertificate(emulator.app.clientId, credential.pem)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), emulator.certificate ?? ''])
  host = new URL(emulator.url).host
  graph = Client.initWithMiddleware({
    authProvider: {
      getAccessToken: async () => (await secretCredential().getToken(scope()))?.token ?? '',
    },
    baseUrl: `${emulator.url}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
  })
})

afterAll(() => emulator.stop())

function makeCredential() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const now = Date.now()
  const der = makeCertificate({
    privateKey,
    commonName: 'Mooring test credential',
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 86_400_000),
  })
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { pem: toPem(der), key, thumbprint: thumbprints(der) }
}

const scope = () => `${emulator.url}/.default`
const authority = () => `${emulator.url}/${emulator.tenant.id}`

function secretCredential(secret = emulator.app.secret): ClientSecretCredential {
  return new ClientSecretCredential(emulator.tenant.id, emulator.app.clientId, secret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  })
}

describe('@azure/msal-node', () => {
  it('gets a token with a secret', async () => {
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: emulator.app.clientId,
        clientSecret: emulator.app.secret,
        authority: authority(),
        knownAuthorities: [host],
      },
    })

    const result = await client.acquireTokenByClientCredential({ scopes: [scope()] })

    expect(readClaims(result?.accessToken ?? '')).toMatchObject({
      tid: emulator.tenant.id,
      appid: emulator.app.clientId,
      appidacr: '1',
      idtyp: 'app',
      roles: expect.arrayContaining(['User.Read.All', 'Group.Read.All', 'Device.ReadWrite.All']),
    })
  })

  it('gets a token with a certificate', async () => {
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: emulator.app.clientId,
        clientCertificate: {
          thumbprintSha256: Buffer.from(credential.thumbprint.x5tS256, 'base64url').toString('hex'),
          privateKey: credential.key,
        },
        authority: authority(),
        knownAuthorities: [host],
      },
    })

    const result = await client.acquireTokenByClientCredential({ scopes: [scope()] })

    expect(readClaims(result?.accessToken ?? '')).toMatchObject({ appidacr: '2' })
  })

  it('reports the number of a wrong secret', async () => {
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: emulator.app.clientId,
        clientSecret: emulator.app.secretId,
        authority: authority(),
        knownAuthorities: [host],
      },
    })

    const attempt = client.acquireTokenByClientCredential({ scopes: [scope()] })

    await expect(attempt).rejects.toThrow(/7000215/)
  })
})

describe('@azure/identity', () => {
  it('gets a token with a secret', async () => {
    const token = await secretCredential().getToken(scope())

    expect(readClaims(token.token).roles).toContain('User.Read.All')
  })

  it('gets a token with a certificate', async () => {
    const certificate = `${credential.key}\n${credential.pem}`
    const options = { authorityHost: emulator.url, disableInstanceDiscovery: true }
    const client = new ClientCertificateCredential(
      emulator.tenant.id,
      emulator.app.clientId,
      { certificate },
      options,
    )

    const token = await client.getToken(scope())

    expect(readClaims(token.token).appidacr).toBe('2')
  })

  it('reports the number of an expired secret', async () => {
    const { value } = emulator.apps.addSecret(emulator.app.clientId, { expiresAt: new Date(0) })

    await expect(secretCredential(value).getToken(scope())).rejects.toThrow(/7000222/)
  })
})

describe('@microsoft/microsoft-graph-client', () => {
  it('reads all users, and they equal the seed data', async () => {
    const names = [
      'id',
      'userPrincipalName',
      'displayName',
      'mail',
      'accountEnabled',
      'userType',
      'proxyAddresses',
      'createdDateTime',
    ] as const

    const users = await readAll<User>(`/users?$top=99&$select=${names.join(',')}`)

    expect(users).toEqual(
      emulator.directory.users.map((user) =>
        Object.fromEntries(names.map((name) => [name, user[name] ?? null])),
      ),
    )
  })

  it('reads all groups with their members, and they equal the seed data', async () => {
    const groups = await readAll<Group>(
      '/groups?$top=15&$select=id,displayName,groupTypes,visibility',
    )
    const edges: [string, string][] = []
    for (const group of groups) {
      const members = await readAll<{ id: string }>(
        `/groups/${group.id}/members?$select=id&$top=50`,
      )
      for (const { id } of members) edges.push([group.id ?? '', id])
    }

    expect(groups).toEqual(
      emulator.directory.groups.map(({ id, displayName, groupTypes, visibility }) => ({
        id,
        displayName,
        groupTypes,
        visibility: visibility ?? null,
      })),
    )
    // v1.0 does not list service principals among the members (known issue).
    const truth = emulator.directory.groups.flatMap(({ id }) =>
      emulator.directory
        .members(id)
        .filter(({ kind }) => kind !== 'servicePrincipal')
        .map((member) => [id, member.id]),
    )
    expect(edges).toEqual(truth)
  })

  it('reads all devices, and they equal the seed data', async () => {
    const devices = await readAll<Device>(
      '/devices?$select=id,deviceId,displayName,operatingSystem,isCompliant',
    )

    expect(devices).toEqual(
      emulator.directory.devices.map(
        ({ id, deviceId, displayName, operatingSystem, isCompliant }) => ({
          id,
          deviceId,
          displayName,
          operatingSystem,
          isCompliant: isCompliant ?? null,
        }),
      ),
    )
  })

  it('follows the delta of users to its deltaLink', async () => {
    const ids: string[] = []
    const first = await graph.api('/users/delta').select(['displayName', 'mail']).get()
    const iterator = new PageIterator(graph, first, (user: User) => {
      ids.push(user.id ?? '')
      return true
    })
    await iterator.iterate()

    expect(ids).toEqual(emulator.directory.users.map(({ id }) => id))
    expect(iterator.getDeltaLink()).toContain('$deltatoken=')
  })

  it('reads the organization, and the transitive members through a cycle', async () => {
    const organization = await graph.api('/organization').select('id,displayName').get()
    const platform = emulator.directory.groups.find(
      ({ mailNickname }) => mailNickname === 'platform',
    )
    const below = await readAll<{ id: string; '@odata.type': string }>(
      `/groups/${platform?.id}/transitiveMembers`,
    )

    expect(organization.value).toEqual([
      { id: emulator.tenant.id, displayName: emulator.tenant.displayName },
    ])
    expect(
      below.filter((member) => member['@odata.type'] === '#microsoft.graph.group'),
    ).toHaveLength(2)
    expect(new Set(below.map(({ id }) => id)).size).toBe(below.length)
  })

  it('survives a 429 and a 503 by waiting', async () => {
    emulator.log.clear()
    emulator.trouble.add({
      path: '/v1.0/groups',
      nth: [1],
      fault: { kind: 'throttle', retryAfter: '0' },
    })
    emulator.trouble.add({
      path: '/v1.0/groups',
      nth: [2],
      fault: { kind: 'throttle', status: 503, retryAfter: '0' },
    })

    const { value } = await graph.api('/groups').top(5).get()

    expect(value).toHaveLength(5)
    expect(emulator.log.entries({ path: '/v1.0/groups' }).map(({ status }) => status)).toEqual([
      429, 503, 200,
    ])
    emulator.trouble.clear()
  }, 20_000)

  it('sees the error code of Graph', async () => {
    await expect(
      graph.api('/users/00000000-0000-0000-0000-000000000000').get(),
    ).rejects.toMatchObject({
      statusCode: 404,
      code: 'Request_ResourceNotFound',
    })
  })
})

async function readAll<T>(path: string): Promise<T[]> {
  const items: T[] = []
  const iterator = new PageIterator(graph, await graph.api(path).get(), (item: T) => {
    items.push(item)
    return true
  })
  await iterator.iterate()
  return items
}
