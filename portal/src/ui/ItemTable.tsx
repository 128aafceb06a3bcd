import { Skeleton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react'
import classes from './ItemList.module.css'
import type { Column, ItemListProps } from './item-list.ts'

const SORT_ICONS = { ascending: IconArrowUp, descending: IconArrowDown, none: IconSelector }

export function ItemTable<Item>(props: ItemListProps<Item>) {
  const { label, columns, items, keyOf, expected = 8 } = props
  return (
    <table className={classes['table']} aria-label={label} aria-busy={items === undefined}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column.id} column={column} />
          ))}
        </tr>
      </thead>
      <tbody>
        {items?.map((item) => (
          <tr key={keyOf(item)}>
            {columns.map((column) => (
              <td key={column.id} data-numeric={column.numeric}>
                {column.cell(item)}
              </td>
            ))}
          </tr>
        ))}
        {!items &&
          Array.from({ length: expected }, (_, row) => row).map((row) => (
            <tr key={row}>
              {columns.map((column, index) => (
                <td key={column.id}>
                  <Skeleton height={12} my={4} width={`${[70, 55, 40, 60][(row + index) % 4]}%`} />
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  )
}

function Head<Item>({ column }: { column: Column<Item> }) {
  const { sort } = column
  const Icon = sort ? SORT_ICONS[sort.direction] : undefined
  return (
    <th
      scope="col"
      data-numeric={column.numeric}
      style={column.width ? { width: column.width } : undefined}
      aria-sort={sort && sort.direction !== 'none' ? sort.direction : undefined}
    >
      {sort && Icon ? (
        <button type="button" className={classes['sort']} onClick={sort.onSort}>
          {column.head}
          <Icon size={14} aria-hidden />
        </button>
      ) : (
        (column.headCell ?? column.head)
      )}
    </th>
  )
}
