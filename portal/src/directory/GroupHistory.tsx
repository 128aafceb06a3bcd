import type { AnswerOf } from '@mooring/contract/endpoints'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useOrg, usePageSearch } from '../frame/navigation.ts'
import { ask } from '../query.ts'
import { History } from './History.tsx'

export function GroupHistory({ group }: { group: AnswerOf<'getGroup'> }) {
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  const changes = useQuery({
    ...ask('listGroupChanges', { params: { org, group: group.id }, query: { cursor } }),
    placeholderData: keepPreviousData,
  })
  return <History changes={changes} selfEntraId={group.entraId} />
}
