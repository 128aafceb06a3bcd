export function EntraScreen() {
  return null
}
