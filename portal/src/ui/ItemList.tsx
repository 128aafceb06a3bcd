import { useMediaQuery } from '@mantine/hooks'
import { ItemRows } from './ItemRows.tsx'
import { ItemTable } from './ItemTable.tsx'
import type { ItemListProps } from './item-list.ts'

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
