import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { Browser } from '../testing/browser.ts'
import { readClaims } from '../testing/client.ts'
import { fetchCode, fetchTokens, redeem, refresh, signIn } from '../testing/relying-party.ts'
import { hostileTokens } from './hostile-token.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }
const startedAt = new Date('2026-11-25T08:00:00Z')
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

beforeAll(async () => {
  emulator = await startEmulator({ users: 30, groups: 8, now: () => startedAt })
})

beforeEach(() => {
  const [first] = emulator.directory.users
  if (!first) throw new Error('the seed has people')
  ada = first
})

afterEach(() => {
  emulator.signIn.reset()
  emulator.clock.set(startedAt)
  Object.assign(emulator.scenario.signIn, { idTokens: 'honest', groupsLimit: 200 })
  emulator.apps.update(emulator.app.clientId, {
    optionalClaims: { idToken: [], accessToken: [] },
    groupMembershipClaims: 'None',
    assignments: [],
    assignmentRequired: false,
    idTokens: false,
    publicClient: false,
  })
})

afterAll(() => emulator.stop())

const optional = (...idToken: string[]) =>
  emulator.apps.update(emulator.app.clientId, {
    optionalClaims: { idToken, accessToken: [] },
  })

describe('the answer to a code', () => {
  it('has tokens, the scopes, and client_info when asked', async () => {
    const code = await fetchCode(emulator, ada)

    const { status, body } = await redeem(emulator, code, { client_info: '1' })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'Bearer',
      scope: 'openid profile email User.Read',
      expires_in: 3599,
      ext_expires_in: 3599,
      refresh_token: expect.stringMatching(/^1\.A/),
    })
    expect(JSON.parse(Buffer.from(body.client_info, 'base64url').toString())).toEqual({
      uid: ada.id,
      utid: emulator.tenant.id,
    })
  })

  it('has no refresh token without offline_access, and no ID token without openid', async () => {
    const plain = await fetchTokens(emulator, ada, { scope: 'openid' })
    const graphOnly = await fetchTokens(emulator, ada, { scope: 'User.Read offline_access' })

    expect(plain).not.toHaveProperty('refresh_token')
    expect(graphOnly).not.toHaveProperty('id_token')
    expect(graphOnly).toHaveProperty('refresh_token')
  })

  it('comes to a public client without a secret', async () => {
    emulator.apps.update(emulator.app.clientId, { publicClient: true })
    const code = await fetchCode(emulator, ada)

    const { status } = await redeem(emulator, code, { client_secret: undefined })

    expect(status).toBe(200)
  })
})

describe('an ID token', () => {
  it('has Entra’s claims, and a signature by the published key', async () => {
    const { id_token } = await fetchTokens(emulator, ada)

    const keySet = new URL(`${emulator.url}/${emulator.tenant.id}/discovery/v2.0/keys`)
    const { payload } = await jwtVerify(id_token, createRemoteJWKSet(keySet), {
      issuer: `${emulator.url}/${emulator.tenant.id}/v2.0`,
      audience: emulator.app.clientId,
      currentDate: startedAt,
    })
    expect(payload).toMatchObject({
      oid: ada.id,
      tid: emulator.tenant.id,
      ver: '2.0',
      name: expect.any(String),
      preferred_username: ada.userPrincipalName,
      nonce: 'a-nonce',
      rh: expect.stringMatching(/^1\./),
      uti: expect.any(String),
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
    for (const name of ['sid', 'acct', 'upn', 'groups', 'roles', 'amr', 'acrs', 'auth_time'])
      expect(payload).not.toHaveProperty(name)
  })

  it('names the person only with the scope profile', async () => {
    const { id_token } = await fetchTokens(emulator, ada, { scope: 'openid' })

    const claims = readClaims(id_token)
    expect(claims).toHaveProperty('sub')
    for (const name of ['oid', 'tid', 'preferred_username', 'name', 'email'])
      expect(claims).not.toHaveProperty(name)
  })

  it('has another subject for another app, and the same one each time', async () => {
    const second = emulator.apps.register({
      tenantId: emulator.tenant.id,
      displayName: 'Second',
      secret: 'emu8Q~second',
    })
    const client = { client_id: second.clientId, client_secret: 'emu8Q~second' }

    const first = readClaims((await fetchTokens(emulator, ada)).id_token).sub
    const again = readClaims((await fetchTokens(emulator, ada)).id_token).sub
    const code = await fetchCode(emulator, ada, { client_id: second.clientId })
    const other = readClaims((await redeem(emulator, code, client)).body.id_token).sub

    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('has the optional claims that the app is configured for', async () => {
    optional('acct', 'auth_time', 'login_hint', 'sid', 'upn', 'xms_edov', 'email')

    const { id_token } = await fetchTokens(emulator, ada, { scope: 'openid profile' })

    expect(readClaims(id_token)).toMatchObject({
      acct: 0,
      auth_time: startedAt.getTime() / 1000,
      login_hint: expect.stringMatching(/^O\./),
      sid: expect.stringMatching(guid),
      upn: ada.userPrincipalName,
      xms_edov: true,
      email: ada.userPrincipalName,
    })
  })

  it('tells of a guest where the person is at home', async () => {
    const guest = emulator.directory.addUser({
      userPrincipalName: `kai_leuchtfeuer.example#EXT#@${emulator.tenant.initialDomain}`,
      displayName: 'Kai',
      userType: 'Guest',
      mail: 'kai@leuchtfeuer.example',
    })
    emulator.apps.update(emulator.app.clientId, {
      optionalClaims: {
        idToken: [
          'acct',
          { name: 'upn', additionalProperties: ['include_externally_authenticated_upn'] },
        ],
        accessToken: [],
      },
    })

    const { id_token } = await fetchTokens(emulator, {
      id: guest.id,
      userPrincipalName: 'kai@leuchtfeuer.example',
    })

    expect(readClaims(id_token)).toMatchObject({
      oid: guest.id,
      acct: 1,
      idp: `https://sts.windows.net/${emulator.other.tenant.id}/`,
      preferred_username: 'kai@leuchtfeuer.example',
      upn: guest.userPrincipalName,
    })
    emulator.directory.purgeUser(guest.id)
  })

  it('lists groups however deep, and beyond the limit only where they might be found', async () => {
    const outer = emulator.directory.addGroup({ displayName: 'Outer' })
    const inner = emulator.directory.addGroup({ displayName: 'Inner' })
    emulator.directory.addMember(outer.id, inner.id)
    emulator.directory.addMember(inner.id, ada.id)
    emulator.apps.update(emulator.app.clientId, { groupMembershipClaims: 'SecurityGroup' })

    const listed = readClaims((await fetchTokens(emulator, ada)).id_token)
    emulator.scenario.signIn.groupsLimit = 1
    const over = readClaims((await fetchTokens(emulator, ada)).id_token)

    expect(listed.groups).toEqual(expect.arrayContaining([outer.id, inner.id]))
    expect(over).not.toHaveProperty('groups')
    expect(over).toMatchObject({
      _claim_names: { groups: 'src1' },
      _claim_sources: {
        src1: {
          endpoint: `https://graph.windows.net/${emulator.tenant.id}/users/${ada.id}/getMemberObjects`,
        },
      },
    })
  })

  it('has app roles by assignment to the person or a group, but not through nested groups', async () => {
    const outer = emulator.directory.addGroup({ displayName: 'Outer roles' })
    const inner = emulator.directory.addGroup({ displayName: 'Inner roles' })
    emulator.directory.addMember(outer.id, inner.id)
    emulator.directory.addMember(inner.id, ada.id)
    emulator.apps.update(emulator.app.clientId, {
      assignments: [
        { principalId: ada.id, role: 'Reader' },
        { principalId: inner.id, role: 'Helpdesk' },
        { principalId: outer.id, role: 'Owner' },
      ],
    })

    const { id_token } = await fetchTokens(emulator, ada)

    expect(readClaims(id_token).roles).toEqual(['Reader', 'Helpdesk'])
  })

  it('comes from the authorization endpoint when the box is ticked, with the hash of the code', async () => {
    emulator.apps.update(emulator.app.clientId, { idTokens: true })

    const end = await signIn(emulator, ada, { response_type: 'code id_token' })

    for (let number = 0; number < 7; number++) {
      const group = emulator.directory.addGroup({ displayName: `Many ${number}` })
      emulator.directory.addMember(group.id, ada.id)
    }
    emulator.apps.update(emulator.app.clientId, { groupMembershipClaims: 'All' })
    const crowded = await signIn(emulator, ada, { response_type: 'id_token' })

    const fields = end.kind === 'answer' ? end.fields : {}
    const more = crowded.kind === 'answer' ? crowded.fields : {}
    expect(more).not.toHaveProperty('code')
    expect(readClaims(more['id_token'] ?? '')).toMatchObject({ hasgroups: true })
    expect(end.kind === 'answer' && end.url).toContain('#code=')
    expect(readClaims(fields['id_token'] ?? '')).toMatchObject({
      oid: ada.id,
      nonce: 'a-nonce',
      c_hash: expect.any(String),
    })
  })
})

describe('a hostile ID token', () => {
  it.each(hostileTokens)('%s is not what an honest one is', async (kind) => {
    emulator.scenario.signIn.idTokens = kind

    const { id_token } = await fetchTokens(emulator, ada)

    const keySet = new URL(`${emulator.url}/${emulator.tenant.id}/discovery/v2.0/keys`)
    const { keys } = (await (await fetch(keySet)).json()) as { keys: { kid: string }[] } // a JWKS
    const accepted = await jwtVerify(id_token, createRemoteJWKSet(keySet), {
      issuer: `${emulator.url}/${emulator.tenant.id}/v2.0`,
      audience: emulator.app.clientId,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'nonce', 'oid', 'sub', 'tid'],
      maxTokenAge: 60,
      currentDate: startedAt,
    }).catch(() => undefined)
    const claims = accepted?.payload
    const isHonest =
      claims !== undefined &&
      claims.aud === emulator.app.clientId &&
      claims['tid'] === emulator.tenant.id &&
      claims['nonce'] === 'a-nonce' &&
      claims['oid'] === ada.id &&
      claims['azp'] === undefined &&
      claims['idtyp'] === undefined &&
      decodeProtectedHeader(id_token).kid !== undefined &&
      new Set(keys.map(({ kid }) => kid)).size === keys.length
    expect(isHonest).toBe(false)
  })

  it('is no longer one when the scenario is honest again', async () => {
    const { id_token } = await fetchTokens(emulator, ada)

    expect(decodeProtectedHeader(id_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  })
})

describe('a code', () => {
  it('is good once; a second use ends the tokens of the first', async () => {
    const code = await fetchCode(emulator, ada)
    const { body } = await redeem(emulator, code)

    const second = await redeem(emulator, code)
    const refreshed = await refresh(emulator, body.refresh_token)

    expect(second).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_codes: [54005] },
    })
    expect(refreshed.body).toMatchObject({ error: 'invalid_grant', error_codes: [50173] })
  })

  it('lives ten minutes', async () => {
    const code = await fetchCode(emulator, ada)
    emulator.clock.advance(600_000)

    const { body } = await redeem(emulator, code)

    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] })
  })

  it.each([
    ['a wrong verifier', { code_verifier: 'wrong' }, 'invalid_grant', 501481],
    ['no verifier', { code_verifier: undefined }, 'invalid_grant', 501481],
    ['another address', { redirect_uri: 'http://app.example/' }, 'invalid_client', 500112],
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client', 7000215],
    ['no secret', { client_secret: undefined }, 'invalid_client', 7000218],
    ['a code that never was', { code: '1.AAAA' }, 'invalid_request', 9002313],
    ['no code', { code: undefined }, 'invalid_request', 900144],
  ])('with %s is refused', async (_what, changed, error, code) => {
    const { body } = await redeem(emulator, await fetchCode(emulator, ada), changed)

    expect(body).toMatchObject({ error, error_codes: [code] })
  })

  it('takes the verifier as it is with the method plain', async () => {
    const code = await fetchCode(emulator, ada, {
      code_challenge: 'plain-words',
      code_challenge_method: undefined,
    })

    const { status } = await redeem(emulator, code, { code_verifier: 'plain-words' })

    expect(status).toBe(200)
  })

  it('is worth nothing to another app, nor once the account is disabled', async () => {
    const code = await fetchCode(emulator, ada)
    const second = emulator.apps.register({
      tenantId: emulator.tenant.id,
      displayName: 'Third',
      secret: 'emu8Q~third',
    })
    const client = { client_id: second.clientId, client_secret: 'emu8Q~third' }

    const stolen = await redeem(emulator, code, client)
    emulator.directory.updateUser(ada.id, { accountEnabled: false })
    const late = await redeem(emulator, code)
    emulator.directory.updateUser(ada.id, { accountEnabled: true })

    expect(stolen.body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] })
    expect(late.body).toMatchObject({ error: 'invalid_grant', error_codes: [50057] })
  })
})

describe('a refresh token', () => {
  it('gives new tokens and another refresh token; the nonce does not come again', async () => {
    const first = await fetchTokens(emulator, ada)

    const { body } = await refresh(emulator, first.refresh_token)

    expect(body.refresh_token).not.toBe(first.refresh_token)
    expect(readClaims(body.id_token)).toMatchObject({ oid: ada.id })
    expect(readClaims(body.id_token)).not.toHaveProperty('nonce')
  })

  it('ends when sessions are revoked, or the password is changed', async () => {
    const browser = new Browser()
    const { refresh_token } = await fetchTokens(emulator, ada, {}, { browser })

    emulator.signIn.revokeSessions(ada)
    const refused = await refresh(emulator, refresh_token)
    const silent = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(refused.body).toMatchObject({
      error: 'invalid_grant',
      suberror: 'bad_token',
      error_codes: [50173],
    })
    expect(silent).toMatchObject({ fields: { error: 'login_required' } })
    expect(emulator.directory.user(ada.id).record.signInSessionsValidFromDateTime).toBe(
      '2026-11-25T08:00:00Z',
    )
  })

  it('ends after 90 days without use', async () => {
    const { refresh_token } = await fetchTokens(emulator, ada)

    emulator.clock.advance(91 * 86_400_000)
    const { body } = await refresh(emulator, refresh_token)

    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [700082] })
  })

  it('is refused when the account is disabled, gone, or no longer assigned', async () => {
    const { refresh_token } = await fetchTokens(emulator, ada)

    emulator.directory.updateUser(ada.id, { accountEnabled: false })
    const disabled = await refresh(emulator, refresh_token)
    emulator.directory.updateUser(ada.id, { accountEnabled: true })
    emulator.apps.update(emulator.app.clientId, { assignmentRequired: true })
    const unassigned = await refresh(emulator, refresh_token)
    emulator.directory.deleteUser(ada.id)
    const gone = await refresh(emulator, refresh_token)
    emulator.directory.restoreUser(ada.id)

    expect([disabled, unassigned, gone].map(({ body }) => body.error_codes)).toEqual([
      [50057],
      [50105],
      [50034],
    ])
  })

  it('meets Conditional Access: MFA with a claims challenge, block, and sign-in frequency', async () => {
    const { refresh_token } = await fetchTokens(emulator, ada)

    const mfa = emulator.signIn.addPolicy({ users: [ada.id], control: 'mfa' })
    const needsMfa = await refresh(emulator, refresh_token)
    emulator.signIn.removePolicy(mfa.id)
    emulator.signIn.setOutcome(ada, 'blocked')
    const isBlocked = await refresh(emulator, refresh_token)
    emulator.signIn.setOutcome(ada, 'allowed')
    emulator.signIn.addPolicy({ control: 'allow', signInFrequencyMs: 3_600_000 })
    const early = await refresh(emulator, refresh_token)
    emulator.clock.advance(3_600_000)
    const late = await refresh(emulator, refresh_token)

    expect(needsMfa.body).toMatchObject({
      error: 'interaction_required',
      suberror: 'basic_action',
      error_codes: [50076],
    })
    expect(JSON.parse(needsMfa.body.claims)).toEqual({
      access_token: { capolids: { essential: true, values: [mfa.id] } },
    })
    expect(isBlocked.body).toMatchObject({
      error: 'interaction_required',
      suberror: 'message_only',
      error_codes: [53003],
    })
    expect(early.status).toBe(200)
    expect(late.body).toMatchObject({ error: 'invalid_grant', error_codes: [70043] })
  })

  it('is worth nothing to another tenant, nor is a made-up one', async () => {
    const { body } = await refresh(emulator, '1.AAAA')

    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] })
  })
})
