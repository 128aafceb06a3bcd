import { Skeleton } from '@mantine/core'
import classes from './ItemList.module.css'
import type { Column, ItemListProps } from './item-list.ts'

export function ItemRows<Item>({
  label,
  columns,
  items,
  keyOf,
  expected = 8,
}: ItemListProps<Item>) {
  const at = (place: NonNullable<Column<Item>['narrow']>) =>
    columns.filter((c) => c.narrow === place)
  return (
    <ul className={classes['rows']} aria-label={label} aria-busy={items === undefined}>
      {items?.map((item) => (
        <li key={keyOf(item)} className={classes['row']}>
          <div className={classes['lines']}>
            <div className={classes['first']}>
              {at('first').map((column) => (
                <div key={column.id}>{column.cell(item)}</div>
              ))}
            </div>
            <div className={classes['second']}>
              {at('second').map((column) => (
                <div key={column.id}>{column.cell(item)}</div>
              ))}
            </div>
            {at('below').map((column) => (
              <div key={column.id} className={classes['below']}>
                {column.cell(item)}
              </div>
            ))}
          </div>
          {at('end').map((column) => (
            <div key={column.id} className={classes['end']}>
              {column.cell(item)}
            </div>
          ))}
        </li>
      ))}
      {!items &&
        Array.from({ length: expected }, (_, row) => row).map((row) => (
          <li key={row} className={classes['row']}>
            <div className={classes['lines']}>
              <Skeleton height={12} my={4} width="60%" />
              <Skeleton height={12} my={4} width="80%" />
            </div>
          </li>
        ))}
    </ul>
  )
}
