import { createHash } from 'node:crypto'
import type { Machine } from '../machine.ts'
import { type NodeDefinition, ok, provider } from '../node.ts'

const own = '{account}'

/**
 * The account of the management client. Its name is made of the provider's, so a server finds it by
 * asking for the list.
 *
 * @see Windows "DMAcc CSP"
 */
export const account: readonly NodeDefinition[] = provider('./Device/SyncML/DMAcc', {}, [
  [own, 'ADGR', 'node', { list: accounts }],
  [`${own}/AppID`, 'AGR', 'chr', () => 'w7'],
  [`${own}/ServerID`, 'AGR', 'chr', ({ enrolment }) => enrolment?.account.providerId],
  [`${own}/Name`, 'AGR', 'chr', ({ enrolment }) => enrolment?.account.name],
  [`${own}/AppAddr/SrvAddr/Addr`, 'AGR', 'chr', ({ enrolment }) => enrolment?.account.address],
  [`${own}/AppAuth/CLCRED/AAuthLevel`, 'AGR', 'chr', () => 'CLCRED'],
  [`${own}/AppAuth/CLCRED/AAuthType`, 'AGR', 'chr', () => 'DIGEST'],
  [
    `${own}/AppAuth/CLCRED/AAuthName`,
    'AGR',
    'chr',
    {
      read: ({ enrolment }) => enrolment?.account.client.name,
      keeps: false,
      onWrite: change('name'),
    },
  ],
  [`${own}/AppAuth/CLCRED/AAuthSecret`, 'AR', 'chr', { keeps: false, onWrite: change('secret') }],
  [`${own}/AppAuth/CLCRED/AAuthData`, 'AR', 'bin', { keeps: false, onWrite: change('nonce') }],
  [
    `${own}/Ext/Microsoft/InitiateSession`,
    'AR',
    'null',
    {
      min: '15063',
      keeps: false,
      onWrite: ({ state }) => {
        state.startAgain = true
        return ok
      },
    },
  ],
  [`${own}/Ext/Microsoft/DefaultEncoding`, 'AGR', 'chr', () => 'application/vnd.syncml.dm+xml'],
  [
    `${own}/Ext/Microsoft/SSLCLIENTCERTSEARCHCRITERIA`,
    'AGR',
    'chr',
    ({ enrolment }) => enrolment?.account.searchCriteria,
  ],
])

function accounts({ enrolment }: Machine): string[] {
  if (!enrolment) return []
  const id = createHash('sha256').update(enrolment.account.providerId).digest('hex')
  return [id.toUpperCase()]
}

/** New credentials count from the next session on. */
function change(name: 'name' | 'secret' | 'nonce') {
  return (machine: Machine, value: string | undefined) => {
    const { enrolment, state } = machine
    if (!enrolment || value === undefined) return { status: 405 }
    if (name === 'nonce') delete state.nonce
    const client = { ...enrolment.account.client, [name]: value }
    machine.enrolment = { ...enrolment, account: { ...enrolment.account, client } }
    return ok
  }
}
