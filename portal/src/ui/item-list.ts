import type { ReactNode } from 'react'

export type Column<Item> = {
  id: string
  head: string
  /** Instead of the head's text, in a table. */
  headCell?: ReactNode
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
