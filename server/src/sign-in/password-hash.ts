import { hash, verify } from '@node-rs/argon2'

/**
 * Argon2id with 19 MiB, two rounds, one lane.
 *
 * @see OWASP Password Storage Cheat Sheet › Argon2id
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Stands in for the hash of an account that does not exist, so that both take equally long. */
let decoy: Promise<string> | undefined

/** Hashes a password for keeping; the salt is inside. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFC'), COST)
}

/** Whether this is the password; without a hash never, after the same work. */
export async function isPassword(
  password: string,
  kept: string | null | undefined,
): Promise<boolean> {
  decoy ??= hashPassword('no account has this password')
  const isRight = await verify(kept ?? (await decoy), password.normalize('NFC'))
  return isRight && kept !== null && kept !== undefined
}
