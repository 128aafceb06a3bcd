import type { AnswerOf } from '@mooring/contract/endpoints'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { ask } from '../query.ts'
import { History } from './History.tsx'

export function UserHistory({ user }: { user: AnswerOf<'getUser'> }) {
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const changes = useQuery({
    ...ask('listUserChanges', { params: { org, user: user.id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  })
  return <History changes={changes} selfEntraId={user.entraId} />
}
