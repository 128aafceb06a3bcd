import type { ClientMessage, ServerMessage } from '../formats/syncml/syncml-message.ts'

const CREDENTIALS_MISSING = 407
const CREDENTIALS_WRONG = 401

/**
 * Asks a device to prove itself, and says nothing else. As many of our messages have gone before as of its
 * own: each was answered once.
 *
 * @see OMA-TS-DM_Security-V1_2 §5.3; windows-mdm.md 5.6 (c)
 */
export function challenge(
  { sessionId, messageId, source, target }: ClientMessage,
  { nonce, isWrong }: { readonly nonce: string; readonly isWrong: boolean },
): ServerMessage {
  const status = {
    commandId: 1,
    messageRef: messageId,
    commandRef: '0',
    command: 'SyncHdr',
    code: isWrong ? CREDENTIALS_WRONG : CREDENTIALS_MISSING,
    challenge: { nonce },
  }
  return { sessionId, messageId, target: source, source: target, statuses: [status], commands: [] }
}

/** Gives a device the nonce for its next message along with an answer. */
export function withNonce(reply: ServerMessage, nonce: string | undefined): ServerMessage {
  if (nonce === undefined) return reply
  const [header, ...others] = reply.statuses
  if (!header) return reply
  return { ...reply, statuses: [{ ...header, challenge: { nonce } }, ...others] }
}
