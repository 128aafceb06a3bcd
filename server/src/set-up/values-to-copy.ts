import type { StepId, Track } from '@mooring/contract/set-up'

/** A value to carry into Entra; its label is the text `guide.value.<id>`. */
export type CopyValue = { readonly id: string; readonly value: string }

/** Microsoft asks here before each enrolment; the path is the same on every server. */
const TERMS_OF_USE_PATH = '/api/device/v1/windows/termsOfUse'

/** What a step carries from Mooring to Entra, ready to paste. */
export function valuesToCopy(step: StepId, track: Track, publicUrl: URL): readonly CopyValue[] {
  const server = publicUrl.origin
  switch (step) {
    case 'prerequisites':
      return [{ id: 'server-url', value: server }]
    case 'domain':
      return [{ id: 'domain', value: publicUrl.hostname }]
    case 'mdm-urls':
      return [
        { id: 'terms-of-use', value: server + TERMS_OF_USE_PATH },
        { id: 'discovery', value: server },
      ]
    case 'application-id-uri':
      return [{ id: 'application-id-uri', value: server }]
    case 'redirect-uri':
      return [{ id: 'redirect-uri', value: server }]
    case 'app-registration':
      return track === 'directory' ? [{ id: 'redirect-uri', value: server }] : []
    default:
      return []
  }
}
