import { useNavigate, useParams, useRouterState } from '@tanstack/react-router'
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
  const search = useSearchOfAddress()
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

function useSearchOfAddress(): PlainSearch {
  const location = useRouterState({ select: (state) => state.location })
  return location.search
}

/** The title of the browser's tab. */
export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Mooring`
  }, [title])
}
