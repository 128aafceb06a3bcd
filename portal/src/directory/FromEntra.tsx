import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { OutsideLink } from '../frame/OutsideLink.tsx'
import classes from './FromEntra.module.css'

/** Marks fields that Entra leads: they cannot be edited here, and this is where they can. */
export function FromEntra({ href }: { href: string }) {
  const { t } = useTranslation('directory')
  return (
    <div className={classes['mark']}>
      <IconLock size={14} aria-hidden />
      <span>{t('fromEntra.text')}</span>
      <OutsideLink href={href}>{t('fromEntra.link')}</OutsideLink>
    </div>
  )
}
