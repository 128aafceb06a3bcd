import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** What is known at the terms of use and not afterwards. Windows brings it back as it was. */
export const Receipt = z.object({
  v: z.literal(1),
  tid: z.string(),
  oid: z.string(),
  /** Whether the device becomes the organization's. */
  join: z.boolean(),
  /** Windows' id of the attempt. */
  request: z.string().nullable(),
  /** The version of the terms that was accepted; absent: none were shown. */
  terms: z.number().int().optional(),
  /** Seconds since 1970. */
  iat: z.number().int(),
})
export type Receipt = z.infer<typeof Receipt>

export type ReceiptVerdict =
  | { readonly kind: 'good'; readonly receipt: Receipt }
  | {
      readonly kind: 'refused'
      readonly reason: 'receiptMalformed' | 'receiptForged' | 'receiptOld'
    }

const VALID_SECONDS = 24 * 60 * 60
/** Another process may have signed it a moment ahead of us. */
const AHEAD_SECONDS = 300
const MOST_CHARACTERS = 1024

/** Signs a receipt: URL-safe, and below a kilobyte. @param key of the organization. */
export function writeReceipt(receipt: Receipt, key: Uint8Array): string {
  const text = Buffer.from(JSON.stringify(receipt), 'utf8').toString('base64url')
  return `${text}.${sign(text, key)}`
}

/** Whether the receipt is ours and not older than a day. Whose it is, the caller compares. */
export function judgeReceipt(blob: string, key: Uint8Array, now: Date): ReceiptVerdict {
  const [text, signature, more] = blob.length <= MOST_CHARACTERS ? blob.split('.') : []
  if (!text || !signature || more !== undefined)
    return { kind: 'refused', reason: 'receiptMalformed' }
  const expected = Buffer.from(sign(text, key))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { kind: 'refused', reason: 'receiptForged' }
  }
  const receipt = readReceipt(text)
  if (!receipt) return { kind: 'refused', reason: 'receiptMalformed' }
  const age = now.getTime() / 1000 - receipt.iat
  if (age > VALID_SECONDS || age < -AHEAD_SECONDS) return { kind: 'refused', reason: 'receiptOld' }
  return { kind: 'good', receipt }
}

const sign = (text: string, key: Uint8Array) =>
  createHmac('sha256', key).update(`mooring/terms/1\n${text}`).digest('base64url')

function readReceipt(text: string): Receipt | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Receipt.safeParse(value).data
  } catch {
    // Signed by us, and still no JSON: another version of ours wrote it. Said by the caller.
    return undefined
  }
}
