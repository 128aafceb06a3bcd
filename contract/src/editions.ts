/** The editions of Windows for PCs by their number. @see Windows "GetProductInfo function" */
const EDITIONS: Readonly<Record<string, string>> = {
  4: 'Enterprise',
  48: 'Pro',
  49: 'Pro N',
  72: 'Enterprise Evaluation',
  101: 'Home',
  121: 'Education',
  125: 'Enterprise LTSC',
  161: 'Pro for Workstations',
  164: 'Pro Education',
  175: 'Enterprise multi-session',
  188: 'IoT Enterprise',
}

/** `Pro (48)`; the number alone where it is none of these. */
export function editionName(edition: string): string {
  const name = Object.hasOwn(EDITIONS, edition) ? EDITIONS[edition] : undefined
  return name === undefined ? edition : `${name} (${edition})`
}
