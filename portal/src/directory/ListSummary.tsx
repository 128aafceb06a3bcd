import { useQueryClient } from '@tanstack/react-query'
import { useFormats } from '../language/format.ts'

type Props = {
  /** How many match, as the answer at hand says. */
  total: number | null
  /** The query that asks for the first page of the same list. */
  firstPage: readonly unknown[]
  write: (count: number, number: string) => string
}

/**
 * How many match in all. The server counts with the first page only, so later pages look into what
 * the first one brought, and say nothing where it was never seen.
 */
export function ListSummary({ total, firstPage, write }: Props) {
  const { number } = useFormats()
  const queryClient = useQueryClient()
  const known = total ?? queryClient.getQueryData<{ total: number | null }>(firstPage)?.total
  return known === null || known === undefined ? null : write(known, number(known))
}
