import { Button } from '@mantine/core'
import type { StreamStanding } from '@mooring/contract/directory'
import type { Overview } from '@mooring/contract/overview'
import { paths } from '@mooring/contract/paths'
import { IconTable } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Figure } from './Figure.tsx'
import classes from './Figures.module.css'
import { HistoryTable } from './HistoryTable.tsx'

const DEVICE_NOTES = {
  off: 'figure.off',
  notAllowed: 'figure.devicesOff',
  never: 'figure.fromEntra',
  current: 'figure.fromEntra',
  late: 'figure.fromEntra',
  failing: 'figure.fromEntra',
} as const satisfies Record<StreamStanding['state'], string>

/** How many people, groups and devices there are, with their month where it is kept. */
export function Figures({ overview, org }: { overview: Overview; org: string }) {
  const { t } = useTranslation('overview')
  const { number } = useFormats()
  const [isTable, setTable] = useState(false)
  const { counts, history, syncUsers, syncGroups } = overview
  const off = t('figure.off')
  const devices = overview.standing.find(({ stream }) => stream === 'devices')
  const disabled = counts.users - counts.activeUsers
  return (
    <section aria-label={t('figure.title')}>
      <div className={classes['figures']}>
        <Figure
          name={t('figure.users')}
          value={counts.users}
          note={
            syncUsers ? t('figure.disabled', { count: disabled, number: number(disabled) }) : off
          }
          href={paths.users(org)}
          values={history.map((day) => day.users)}
        />
        <Figure
          name={t('figure.groups')}
          value={counts.groups}
          note={syncGroups ? t('figure.fromEntra') : off}
          href={paths.groups(org)}
          values={history.map((day) => day.groups)}
        />
        <Figure
          name={t('figure.devices')}
          value={counts.devices}
          note={t(DEVICE_NOTES[devices?.state ?? 'never'])}
        />
        <Figure
          name={t('figure.memberships')}
          value={counts.memberships}
          note={syncGroups ? t('figure.direct') : off}
        />
      </div>
      {history.length > 1 && (
        <div className={classes['more']}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconTable size={16} aria-hidden />}
            aria-expanded={isTable}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? t('history.hide') : t('history.show')}
          </Button>
        </div>
      )}
      {isTable && <HistoryTable history={history} />}
    </section>
  )
}
