/** Whoever has just signed in is not led to sign in. */
const SIGN_IN = /^\/(o\/[^/]+\/)?sign-in(?![^/?#])/

/**
 * Whether a path from the address may be opened after signing in: only one of this portal. `//host`
 * and `/\host` would lead a browser elsewhere.
 */
export function isReturnPath(path: string | undefined): path is string {
  return path !== undefined && /^\/(?![/\\])/.test(path) && !SIGN_IN.test(path)
}
