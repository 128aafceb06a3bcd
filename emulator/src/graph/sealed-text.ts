import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'

/**
 * Makes opaque link tokens: encrypted and authenticated, so that nobody can parse or build one.
 *
 * The same content gives the same token (the IV is derived from it), which keeps runs repeatable.
 */
export type Seal = {
  seal(value: object): string
  /** The content of a token of ours, or undefined for anything else. */
  open(token: string): unknown
}

export function makeSeal(secret: string): Seal {
  const key = createHash('sha256').update(secret).digest()
  return {
    seal(value) {
      const plain = Buffer.from(JSON.stringify(value))
      const iv = createHmac('sha256', key).update(plain).digest().subarray(0, 12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(token) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length < 29) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      try {
        const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
        return JSON.parse(plain.toString('utf8'))
      } catch {
        return undefined // forged or damaged: the same as no token of ours
      }
    },
  }
}
