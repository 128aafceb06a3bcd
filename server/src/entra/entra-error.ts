/** Entra's token endpoint said no. */
export class EntraError extends Error {
  /** `AADSTS7000215`; `AADSTS` alone when the answer names no number. */
  readonly code: string
  /** OAuth's word: `invalid_client`, `unauthorized_client` … */
  readonly oauthError: string
  readonly traceId: string | undefined
  readonly correlationId: string | undefined

  constructor(code: string, oauthError: string, ids: { traceId?: string; correlationId?: string }) {
    // Not `error_description`: it repeats ids of ours and is in one language only.
    super(`${code} (${oauthError})`)
    this.name = 'EntraError'
    this.code = code
    this.oauthError = oauthError
    this.traceId = ids.traceId
    this.correlationId = ids.correlationId
  }
}

/**
 * What kind of trouble an AADSTS number means, and so whether trying again can help.
 *
 * @see Entra "Microsoft Entra authentication and authorization error codes"
 */
export type AadstsClass =
  | 'credential'
  | 'clock'
  | 'federation'
  | 'identity'
  | 'cloud'
  | 'request'
  | 'consent'
  | 'policy'
  | 'user'
  | 'deviceCode'
  | 'loop'
  | 'transient'

const CLASSES: Readonly<Record<AadstsClass, readonly number[]>> = {
  credential: [7000215, 7000222, 7000218, 700025, 70002, 700027, 700030, 50012],
  clock: [700024, 500133],
  federation: [70021, 700211, 700213, 700229],
  identity: [700016, 700011, 7000112, 70001, 90002, 900023, 50194, 9001023, 500011],
  cloud: [90038, 900382, 900432],
  request: [70011, 1002012, 700022, 900144],
  consent: [65001, 650056, 65002, 90094],
  policy: [53003, 530032, 530035, 53000],
  user: [50020, 50034, 50057, 50076, 50126],
  deviceCode: [70016, 70018, 70019, 50199],
  loop: [50196],
  transient: [90055, 90033, 90006, 90012, 90024, 50000],
}

const CLASS_OF = new Map<string, AadstsClass>(
  Object.entries(CLASSES).flatMap(
    ([name, codes]) => codes.map((code) => [`AADSTS${code}`, name as AadstsClass] as const), // the keys of CLASSES, no others
  ),
)

/** The class of a code, or `undefined` for one that we have no words for. */
export const aadstsClass = (code: string): AadstsClass | undefined => CLASS_OF.get(code)

/** Every code with words of its own, e.g. for a test that they are there. */
export const KNOWN_AADSTS: readonly string[] = [...CLASS_OF.keys()]

/** Whether waiting and trying again may help by itself. */
export const isTransient = (error: EntraError): boolean =>
  aadstsClass(error.code) === 'transient' ||
  ['temporarily_unavailable', 'server_error'].includes(error.oauthError)
