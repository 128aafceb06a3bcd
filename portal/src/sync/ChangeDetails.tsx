import type { DirectoryChange } from '@mooring/contract/directory'
import { IconArrowNarrowRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './ChangeDetails.module.css'

/** What a change consists of: its reason, and each field before and after. */
export function ChangeDetails({ change }: { change: DirectoryChange }) {
  const { t, i18n } = useTranslation('sync')
  const { reason, fields } = change
  // Custom fields go by the name that the settings give them.
  const nameOf = (name: string) => {
    const isKnown: boolean = i18n.exists(`field.${name}`, { ns: 'sync' })
    return isKnown ? t(`field.${name}` as 'field.mail') : name.replace(/^custom\./, '')
  }
  if (!reason && fields.length === 0) return null
  return (
    <ul className={classes['fields']}>
      {reason && <li className="soft">{t(`reason.${reason}`)}</li>}
      {fields.map(({ name, before, after }) => (
        <li key={name}>
          <span className={classes['name']}>{nameOf(name)}:</span>
          {before === null ? (
            <span className={classes['empty']}>{t('list.empty')}</span>
          ) : (
            <del className={classes['before']}>{before}</del>
          )}
          <IconArrowNarrowRight size={16} className={classes['arrow']} aria-hidden />
          <span className="visually-hidden"> {t('list.becomes')} </span>
          {after === null ? (
            <span className={classes['empty']}>{t('list.empty')}</span>
          ) : (
            <ins style={{ textDecoration: 'none' }}>{after}</ins>
          )}
        </li>
      ))}
    </ul>
  )
}
