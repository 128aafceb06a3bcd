import type { CertificateAuthority } from '@mooring/contract/certificates'
import type { Tone } from '../ui/tone.ts'

const DAY_MS = 24 * 60 * 60_000
/** Devices' certificates end before their authority's: whoever waits longer than this issues short ones. */
const SOON_DAYS = 400

/** How an authority's time stands. `total` and `left` in days, `left` never below zero. */
export function validityOf(authority: CertificateAuthority, nowMs: number) {
  const from = Date.parse(authority.notBefore)
  const to = Date.parse(authority.notAfter)
  const left = Math.max(0, Math.floor((to - nowMs) / DAY_MS))
  const tone: Tone = left === 0 ? 'wrong' : left < SOON_DAYS ? 'attention' : 'ok'
  return { total: Math.max(1, Math.round((to - from) / DAY_MS)), left, tone }
}

/** The one that issues now, the one that waits to, and those of before. */
export function sortAuthorities(items: readonly CertificateAuthority[]) {
  return {
    active: items.find(({ state }) => state === 'active'),
    next: items.find(({ state }) => state === 'next'),
    retired: items.filter(({ state }) => state === 'retired'),
  }
}
