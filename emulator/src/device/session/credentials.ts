import { createHash } from 'node:crypto'
import { metinf } from './client-message.ts'

const md5 = (content: string | Buffer) => createHash('md5').update(content).digest()

/**
 * What proves that somebody knows the password.
 *
 * @param nonce as it came, base64
 * @see OMA-TS-DM_Security-V1_2 §5.3 MD5 authentication
 */
export function md5Credentials(user: string, password: string, nonce: string): string {
  const known = md5(`${user}:${password}`).toString('base64')
  return md5(Buffer.concat([Buffer.from(`${known}:`), Buffer.from(nonce, 'base64')])).toString(
    'base64',
  )
}

type Account = {
  readonly name: string | undefined
  readonly secret: string
  readonly nonce: string | undefined
}

/** Answers a challenge for credentials. @param nonce the freshest, base64 @returns `Cred` */
export function meetChallenge(
  type: string,
  { name = '', secret, nonce: provisioned }: Account,
  nonce: string | undefined,
): { readonly kind: 'md5' | 'basic'; readonly text: string } {
  if (type === 'syncml:auth-basic') {
    const plain = Buffer.from(`${name}:${secret}`).toString('base64')
    return { kind: 'basic', text: writeCredentials(type, plain) }
  }
  const proof = md5Credentials(name, secret, nonce ?? provisioned ?? '')
  return { kind: 'md5', text: writeCredentials('syncml:auth-md5', proof) }
}

/** `Cred` of a message's header. */
function writeCredentials(type: string, data: string): string {
  return `<Cred><Meta>${metinf('Format', 'b64')}${metinf('Type', type)}</Meta><Data>${data}</Data></Cred>`
}
