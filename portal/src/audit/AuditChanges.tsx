import { Title } from '@mantine/core'
import type { AuditChange } from '@mooring/contract/audit'
import { IconArrowNarrowRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './AuditChanges.module.css'

/** Each field that changed, before and after. Fields go by the API's names. */
export function AuditChanges({
  title,
  changes,
}: {
  title: string
  changes: readonly AuditChange[]
}) {
  const { t } = useTranslation('audit')
  const value = (of: AuditChange['before'], isOld: boolean) => {
    if (of === null || of === '')
      return <span className={classes['empty']}>{t('event.empty')}</span>
    return isOld ? (
      <del className={classes['before']}>{String(of)}</del>
    ) : (
      <ins className={classes['after']}>{String(of)}</ins>
    )
  }
  return (
    <section>
      <Title order={3} size="h4" mb={8}>
        {title}
      </Title>
      <ul className={classes['changes']}>
        {changes.map(({ field, before, after }) => (
          <li key={field}>
            <div className={classes['field']}>
              <code className="mono">{field}</code>
            </div>
            {value(before, true)}
            <IconArrowNarrowRight size={16} className={classes['arrow']} aria-hidden />
            <span className="visually-hidden"> {t('event.becomes')} </span>
            {value(after, false)}
          </li>
        ))}
      </ul>
    </section>
  )
}
