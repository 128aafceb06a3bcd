import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { PlainSearch } from './plain-search.ts'

/** A path parameter that the screen's route is known to have. */
export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  return params[name] ?? ''
}

export const useOrg = () => useParam('org')

/** The query of the address, and a function that changes some of it. */
export function usePageSearch(): [
  PlainSearch,
  (patch: Record<string, string | undefined>, keep?: 'replace') => void,
] {
  // The screen's own address: during a change it stays, as the screen does.
  const search: PlainSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const change = (patch: Record<string, string | undefined>, keep?: 'replace') =>
    void navigate({
      to: '.',
      search: (before: PlainSearch) => ({ ...before, ...patch }),
      replace: keep === 'replace',
      resetScroll: false,
    })
  return [search, change]
}

/** The title of the browser's tab. */
export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Mooring`
  }, [title])
}
