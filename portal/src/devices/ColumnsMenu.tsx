import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core'
import type { DeviceColumn } from '@mooring/contract/device-lists'
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './ColumnsMenu.module.css'
import { COLUMNS } from './device-search.ts'

type Props = {
  columns: readonly DeviceColumn[]
  onChange: (columns: readonly DeviceColumn[]) => void
}

/** Which columns a list has, and in which order. */
export function ColumnsMenu({ columns, onChange }: Props) {
  const { t } = useTranslation('devices')
  const others = COLUMNS.filter((column) => !columns.includes(column))
  const move = (column: DeviceColumn, by: -1 | 1) => {
    const place = columns.indexOf(column)
    const rest = columns.filter((other) => other !== column)
    onChange(rest.toSpliced(place + by, 0, column))
  }
  return (
    <Popover position="bottom-end" width={300}>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t('columns.open')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes['list'] ?? ''}>
        {[...columns, ...others].map((column) => {
          const place = columns.indexOf(column)
          const name = t(`column.${column}`)
          return (
            <div key={column} className={classes['row']}>
              <Checkbox
                label={name}
                checked={place >= 0}
                disabled={place >= 0 && columns.length === 1}
                onChange={() =>
                  onChange(
                    place >= 0 ? columns.filter((other) => other !== column) : [...columns, column],
                  )
                }
              />
              {place >= 0 && (
                <span className={classes['moves']}>
                  <ActionIcon
                    variant="subtle"
                    size="sm"
                    disabled={place === 0}
                    aria-label={t('columns.up', { column: name })}
                    onClick={() => move(column, -1)}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    size="sm"
                    disabled={place === columns.length - 1}
                    aria-label={t('columns.down', { column: name })}
                    onClick={() => move(column, 1)}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                </span>
              )}
            </div>
          )
        })}
      </Popover.Dropdown>
    </Popover>
  )
}
