import { createHash } from 'node:crypto'

/** What is kept of a clientState: it cannot be used to pretend to be Graph. */
export const hashClientState = (clientState: string): string =>
  createHash('sha256').update(clientState).digest('hex')
