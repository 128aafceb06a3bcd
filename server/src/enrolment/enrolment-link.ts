/** Windows' own numbers. */
const OWNERSHIPS = { personal: 2, corporate: 3 } as const

type Given = {
  readonly token: string
  readonly ownership: keyof typeof OWNERSHIPS
  readonly userPrincipalName: string | undefined
}

/**
 * A link that opens Windows' settings and enrols with a token, without a sign-in. A QR code holds the same.
 *
 * @see Windows "MDM enrollment of Windows devices" › Connect your devices to MDM using a deep link
 */
export function enrolmentLink(
  publicUrl: URL,
  { token, ownership, userPrincipalName }: Given,
): string {
  const fields = {
    mode: 'mdm',
    ...(userPrincipalName === undefined ? {} : { username: userPrincipalName }),
    servername: publicUrl.origin,
    accesstoken: token,
    ownership: String(OWNERSHIPS[ownership]),
  }
  // Not URLSearchParams: Windows knows no "+" for a blank.
  const query = Object.entries(fields).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  )
  return `ms-device-enrollment:?${query.join('&')}`
}
