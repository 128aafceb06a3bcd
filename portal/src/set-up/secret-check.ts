import { looksLikeSecretId } from '@mooring/contract/connection'

/** What is wrong with a pasted secret, seen before it is sent. */
export type SecretFault = 'isAnId' | 'hasBlanks'

export function findSecretFault(text: string): SecretFault | undefined {
  if (text === '') return undefined
  if (looksLikeSecretId(text)) return 'isAnId'
  return text === text.trim() ? undefined : 'hasBlanks'
}
