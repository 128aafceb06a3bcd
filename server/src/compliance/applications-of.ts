import type { ToldFact } from './evidence.ts'

const VENDOR = '/Vendor/MSFT/'
const MSI = `./Device${VENDOR}EnterpriseDesktopAppManagement/MSI/`
const STORE = `.${VENDOR}EnterpriseModernAppManagement/AppManagement/`

/**
 * The names of what is installed: of MSI packages as their maker calls them, of the others their package
 * family.
 *
 * @returns undefined where the device has told of neither.
 */
export function applicationsOf(
  facts: Readonly<Record<string, ToldFact>>,
): readonly string[] | undefined {
  const names: string[] = []
  let isTold = false
  for (const [node, { value, code }] of Object.entries(facts)) {
    if (code < 200 || code >= 300) continue
    if (node.startsWith(MSI)) {
      isTold = true
      if (node.endsWith('/Name') && value) names.push(value)
    } else if (node.startsWith(STORE)) {
      isTold = true
      const [, family] = node.slice(STORE.length).split('/')
      if (family && !family.includes('?')) names.push(decoded(family))
    }
  }
  return isTold ? names : undefined
}

/** A device names its nodes as it likes: what nobody can decode stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
