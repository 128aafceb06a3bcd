import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { Request } from '../http/request.ts'
import type { AppCertificate, AppRegistration } from './app-registry.ts'
import type { LoginRefusal } from './login-error.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const toleranceSeconds = 300

/** How the client proved who it is: `appidacr` 1 is a secret, 2 a certificate. */
export type ClientProof = { readonly appidacr: '1' | '2' }

/** The credentials of a token request: in the form, or as HTTP Basic. */
export function readClientId(request: Request, form: URLSearchParams): string | undefined {
  return form.get('client_id') ?? readBasic(request)?.clientId
}

/** Checks secret or assertion of a confidential client. */
export async function checkClient(options: {
  request: Request
  form: URLSearchParams
  app: AppRegistration
  now: Date
}): Promise<ClientProof | LoginRefusal> {
  const { form, app, now } = options
  const secret = form.get('client_secret') ?? readBasic(options.request)?.secret
  const assertion = form.get('client_assertion')
  if (app.publicClient && (secret !== undefined || assertion !== null)) {
    return {
      why: 'publicClient',
      text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    }
  }
  if (assertion !== null && form.get('client_assertion_type') === assertionType) {
    return checkAssertion({ ...options, assertion })
  }
  if (secret === undefined || secret === '') {
    return {
      why: 'credentialMissing',
      text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    }
  }
  return checkSecret(secret, app, now)
}

function checkSecret(secret: string, app: AppRegistration, now: Date): ClientProof | LoginRefusal {
  const known = app.secrets.filter((candidate) => isSame(candidate.value, secret))
  if (known.length === 0) {
    return {
      why: 'secretWrong',
      text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
    }
  }
  if (known.every((candidate) => candidate.expiresAt <= now)) {
    return {
      why: 'secretExpired',
      text: `The provided client secret keys for app '${app.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    }
  }
  return { appidacr: '1' }
}

/** @see Entra "Microsoft identity platform application authentication certificate credentials" */
async function checkAssertion(options: {
  request: Request
  app: AppRegistration
  now: Date
  assertion: string
}): Promise<ClientProof | LoginRefusal> {
  const { app, now, assertion, request } = options
  let header: ReturnType<typeof decodeProtectedHeader>
  try {
    header = decodeProtectedHeader(assertion)
  } catch {
    return { why: 'assertionMalformed', text: 'JWT token is invalid or malformed.' }
  }
  const certificate = findCertificate(app, header)
  if (!certificate || certificate.expiresAt <= now) {
    return {
      why: 'assertionUnsigned',
      text: certificate
        ? 'The certificate used to sign the client assertion is expired on application.'
        : `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${readThumbprint(header)}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${app.clientId}'.]`,
    }
  }
  try {
    await jwtVerify(assertion, new X509Certificate(certificate.pem).publicKey, {
      algorithms: ['PS256', 'RS256'],
      issuer: app.clientId,
      subject: app.clientId,
      audience: [
        `${request.origin}${request.path}`,
        request.origin + request.path.replace('/token', '/v2.0/token'),
      ],
      currentDate: now,
      clockTolerance: toleranceSeconds,
      requiredClaims: ['exp', 'jti'],
    })
  } catch (error) {
    return toAssertionRefusal(error, now)
  }
  return { appidacr: '2' }
}

function findCertificate(
  app: AppRegistration,
  header: { x5t?: unknown; 'x5t#S256'?: unknown },
): AppCertificate | undefined {
  return app.certificates.find(
    (candidate) => candidate.x5tS256 === header['x5t#S256'] || candidate.x5t === header.x5t,
  )
}

function readThumbprint(header: { x5t?: unknown; 'x5t#S256'?: unknown }): string {
  const encoded = header.x5t ?? header['x5t#S256']
  return typeof encoded === 'string'
    ? Buffer.from(encoded, 'base64url').toString('hex').toUpperCase()
    : ''
}

function toAssertionRefusal(error: unknown, now: Date): LoginRefusal {
  const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined
  if (error instanceof errors.JWTExpired || claim === 'nbf' || claim === 'iat') {
    return {
      why: 'assertionTime',
      text: `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, expiry time of assertion. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
    }
  }
  if (claim === 'aud') {
    return {
      why: 'assertionAudience',
      text: 'Client assertion audience claim does not match Realm issuer.',
    }
  }
  return {
    why: 'assertionUnsigned',
    text: 'Client assertion failed signature validation.',
  }
}

function readBasic(request: Request): { clientId: string; secret: string } | undefined {
  const [scheme, value] = (request.headers['authorization'] ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return undefined
  const [clientId = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
  return { clientId: decodeForm(clientId), secret: decodeForm(rest.join(':')) }
}

/** RFC 6749 §2.3.1: both parts of Basic credentials are form-encoded first. */
function decodeForm(text: string): string {
  return new URLSearchParams(`x=${text}`).get('x') ?? text
}

function isSame(first: string, second: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(first), digest(second))
}
