/** The documentation's words for what went wrong. */
export type TermsError =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'server_error'
  | 'access_denied'

/** How the request for the terms of use ends. */
export type TermsAnswer =
  /** `receipt` comes back unchanged in the enrolment request. */
  | { readonly kind: 'accepted'; readonly receipt: string }
  | { readonly kind: 'declined' }
  /** `reason`: English, for the device's log. */
  | { readonly kind: 'failed'; readonly error: TermsError; readonly reason: string }

/**
 * Builds the address that hands the person back to Windows.
 *
 * @param returnTo what Windows sent, already checked by `readTermsRequest`.
 * @param requestId echoed, so that both logs can be matched.
 * @see Windows "Microsoft Entra integration with MDM" › Terms of Use protocol semantics
 */
export function returnToWindows(
  returnTo: string,
  requestId: string | undefined,
  answer: TermsAnswer,
): string {
  const pairs = Object.entries({
    ...answerFields(answer),
    ...(requestId === undefined ? {} : { 'client-request-id': requestId }),
  })
  // Not URL and URLSearchParams: they write a blank as "+", and put a slash behind a host alone.
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${returnTo}${returnTo.includes('?') ? '&' : '?'}${query}`
}

function answerFields(answer: TermsAnswer): Record<string, string> {
  switch (answer.kind) {
    case 'accepted':
      return { IsAccepted: 'true', OpaqueBlob: answer.receipt }
    case 'declined':
      return { IsAccepted: 'false' }
    case 'failed':
      return { error: answer.error, error_description: answer.reason }
  }
}
