import { expect, test } from 'vitest'
import { hashPassword, isPassword } from './password-hash.ts'

test('a password is kept as argon2id with the parameters that OWASP names', async () => {
  expect(await hashPassword('correct horse battery')).toMatch(
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
  )
})

test('the same password in another Unicode form is the same password', async () => {
  const kept = await hashPassword('Schlüssel zum Haus')

  expect(await isPassword('Schlu\u0308ssel zum Haus', kept)).toBe(true)
  expect(await isPassword('Schlussel zum Haus', kept)).toBe(false)
})

test('an account without a password is never right, and takes as long to refuse', async () => {
  const kept = await hashPassword('correct horse battery')
  const time = async (hash: string | undefined) => {
    const startedAt = performance.now()
    for (let n = 0; n < 5; n++)
      expect(await isPassword('no account has this password', hash)).toBe(false)
    return performance.now() - startedAt
  }
  await time(undefined)

  const [known, unknown] = [await time(kept), await time(undefined)]

  // The machine may be busy; without the decoy the ratio is beyond a hundred.
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(10)
})
