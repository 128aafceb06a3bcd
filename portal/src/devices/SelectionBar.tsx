import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrg } from '../frame/navigation.ts'
import { SelectionActions } from './SelectionActions.tsx'
import classes from './SelectionBar.module.css'

type Props = {
  /** Ids of what is chosen, also on other pages of the list. */
  chosen: ReadonlySet<string>
  onClear: () => void
  /** What else can be done with them. */
  actions?: ReactNode
}

/** How many are chosen, and what can be done with them. */
export function SelectionBar({ chosen, onClear, actions }: Props) {
  const { t } = useTranslation('devices')
  const org = useOrg()
  if (chosen.size === 0) return null
  return (
    <section className={classes['bar']} aria-label={t('selection.label')}>
      <strong role="status">{t('selection.count', { count: chosen.size })}</strong>
      <div className={classes['actions']}>
        {actions}
        <SelectionActions org={org} chosen={chosen} onDone={onClear} />
      </div>
      <Button variant="subtle" size="xs" onClick={onClear}>
        {t('selection.clear')}
      </Button>
    </section>
  )
}
