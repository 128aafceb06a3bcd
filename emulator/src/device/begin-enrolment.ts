import type { Discovered } from './discover.ts'
import type { EnrolParts } from './enrol-parts.ts'
import type { EnrolmentFlow, EntraFlow } from './flow.ts'
import { signInOnPage } from './sign-in-page.ts'
import { judgeTerms, startTerms, type TermsRequest } from './terms.ts'
import { codes, WindowsError } from './windows-error.ts'
import type { Credential } from './write-envelope.ts'

/** Where to ask, with what, and what the terms of use gave. */
export type Entry = {
  readonly discoveryUrl: string
  readonly credential: ((discovered: Discovered) => Promise<Credential>) | Credential
  readonly opaqueBlob: string | undefined
  readonly email: string | undefined
  readonly entraDeviceId: string | undefined
}

/** Goes as far as discovery: agrees to the terms and registers, or takes the token it was given. */
export function beginEnrolment(flow: EnrolmentFlow, parts: EnrolParts): Entry | Promise<Entry> {
  return flow.kind === 'signIn' || flow.kind === 'token'
    ? enterByServer(flow, parts)
    : enterByEntra(flow, parts)
}

async function enterByEntra(flow: EntraFlow, parts: EnrolParts): Promise<Entry> {
  const { entra, recorder, profile, tamper } = parts
  if (!entra) throw new Error('a device without `entra` cannot join')
  const { user } = flow
  const mobility = await entra.mobilityOf(user)
  const opaqueBlob =
    mobility && flow.kind !== 'policy'
      ? await agreeToTerms(flow, mobility.termsOfUseUrl, parts)
      : undefined
  const entraDeviceId =
    parts.entraDeviceId ??
    (await recorder.run('register', entra.origin, async () => {
      const kind = flow.kind === 'workAccount' ? 'workAccount' : 'join'
      const { name, osVersion } = profile
      return (await entra.registerDevice({ user, kind, name, osVersion })).deviceId
    }))
  parts.onRegistered(entraDeviceId)
  if (!mobility)
    throw new WindowsError(codes.notConfigured, `no MDM application is meant for ${user}`)
  const honest = await entra.enrolmentToken({ user, deviceId: entraDeviceId })
  return {
    discoveryUrl: mobility.discoveryUrl,
    credential: { kind: 'jwt', token: tamper.token?.(honest) ?? honest },
    opaqueBlob: opaqueBlob === undefined ? undefined : change(tamper.opaqueBlob, opaqueBlob),
    email: undefined,
    entraDeviceId,
  }
}

function enterByServer(
  flow: Extract<EnrolmentFlow, { kind: 'signIn' | 'token' }>,
  parts: EnrolParts,
): Entry {
  const { tamper } = parts
  const own = (token: string): Credential => ({
    kind: 'own',
    token: tamper.token?.(token) ?? token,
  })
  return {
    discoveryUrl: new URL('/EnrollmentServer/Discovery.svc', flow.server).href,
    credential:
      flow.kind === 'token'
        ? own(flow.token)
        : async (discovered) => own(await signIn(flow.user, discovered, parts)),
    opaqueBlob: undefined,
    email: flow.user,
    entraDeviceId: undefined,
  }
}

function signIn(user: string, discovered: Discovered, parts: EnrolParts): Promise<string> {
  const { authenticationUrl, authPolicy } = discovered
  const loginOrigin = parts.entra?.origin ?? 'https://login.microsoftonline.com'
  return parts.recorder.run('signIn', authenticationUrl ?? '', () => {
    // OnPremise: Windows asks for a password and sends it in the clear.
    if (authPolicy !== 'Federated')
      throw new WindowsError(codes.passwordNeeded, `AuthPolicy is ${authPolicy}`)
    if (authenticationUrl === undefined)
      throw new WindowsError(codes.webViewFailed, 'no AuthenticationServiceUrl')
    return signInOnPage({ authenticationUrl, user, loginOrigin, fetch: parts.fetch })
  })
}

const mostTurns = 10

async function agreeToTerms(
  flow: EntraFlow,
  termsOfUseUrl: string,
  parts: EnrolParts,
): Promise<string> {
  const { entra, tamper, recorder, profile } = parts
  if (!entra) throw new Error('a device without `entra` sees no terms')
  const honest = await entra.termsToken({ user: flow.user })
  const asked: TermsRequest = {
    termsOfUseUrl,
    token: tamper.termsToken?.(honest) ?? honest,
    redirectUri: tamper.redirectUri ?? 'ms-appx-web://Microsoft.AAD.BrokerPlugin',
    clientRequestId: parts.clientRequestId,
    mode: flow.kind === 'workAccount' ? undefined : 'azureadjoin',
    host: flow.kind === 'oobe' ? 'FRX' : 'MOSET',
    locale: profile.locale,
  }
  const honestSending = startTerms(asked)
  let sending = tamper.terms?.(honestSending) ?? honestSending
  for (let turn = 0; turn < mostTurns; turn++) {
    const next = await recorder.send(
      'terms',
      sending,
      (answer) => judgeTerms(answer, asked, parts.answerTerms),
      ({ kind }) => (kind === 'accepted' ? 'ok' : 'goes on'),
    )
    if (next.kind === 'accepted') return next.opaqueBlob
    sending = next.sending
  }
  throw new WindowsError(codes.webViewFailed, `more than ${mostTurns} turns of the terms of use`)
}

function change(
  tamper: ((honest: string) => string | undefined) | undefined,
  honest: string,
): string | undefined {
  return tamper ? tamper(honest) : honest
}
