import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { ItemRows } from './ItemRows.tsx'
import { ItemTable } from './ItemTable.tsx'

export type Column<Item> = {
  id: string
  head: string
  cell: (item: Item) => ReactNode
  /** Where it goes on a narrow screen: first or second line, at the line's end, below, or nowhere. */
  narrow?: 'first' | 'second' | 'end' | 'below'
  numeric?: boolean
  width?: string
  /** Left out below this width of the screen. */
  from?: 'medium' | 'wide'
  sort?: { direction: 'ascending' | 'descending' | 'none'; onSort: () => void }
}

export type ItemListProps<Item> = {
  label: string
  columns: readonly Column<Item>[]
  /** Undefined while loading. */
  items: readonly Item[] | undefined
  keyOf: (item: Item) => string
  /** Rows of the skeleton. */
  expected?: number
}

/** A table where there is room, and a list of two-line rows where there is not. */
export function ItemList<Item>(props: ItemListProps<Item>) {
  const isNarrow = useMediaQuery('(max-width: 40em)', false, { getInitialValueInEffect: false })
  const isMedium = useMediaQuery('(max-width: 64em)', false, { getInitialValueInEffect: false })
  const isLarge = useMediaQuery('(min-width: 80em)', true, { getInitialValueInEffect: false })
  if (isNarrow) return <ItemRows {...props} />
  const columns = props.columns.filter(
    (column) =>
      column.from === undefined ||
      (column.from === 'medium' && !isMedium) ||
      (column.from === 'wide' && isLarge),
  )
  return <ItemTable {...props} columns={columns} />
}
