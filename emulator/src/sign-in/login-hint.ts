/** The value of the optional claim `login_hint`: opaque to apps, a name for one account to us. */
export function toLoginHint(who: { userId: string; tenantId: string }): string {
  return `O.${Buffer.from(`${who.userId} ${who.tenantId}`).toString('base64url')}`
}

/** The object id in an opaque hint, or undefined when it is none. */
export function readLoginHint(hint: string): string | undefined {
  if (!hint.startsWith('O.')) return undefined
  const text = Buffer.from(hint.slice(2), 'base64url').toString()
  return /^([0-9a-f-]{36}) [0-9a-f-]{36}$/.exec(text)?.[1]
}
