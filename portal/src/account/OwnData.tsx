import type { MyAccount } from '@mooring/contract/account'
import { IconBrandWindows } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Account.module.css'

/** What is known about oneself, and where it comes from. */
export function OwnData({ account }: { account: MyAccount }) {
  const { t } = useTranslation('account')
  const { directory } = account
  if (!directory) {
    return (
      <Panel title={t('own.data')}>
        <Facts
          facts={[
            { name: t('own.email'), value: account.name },
            { name: t('own.kind'), value: t('own.local') },
          ]}
        />
      </Panel>
    )
  }
  return (
    <Panel
      title={t('own.data')}
      hint={
        <span className={classes['source']}>
          <IconBrandWindows size={14} aria-hidden />
          {t('own.fromEntra')}
        </span>
      }
    >
      <Facts
        facts={[
          { name: t('own.name'), value: account.name },
          { name: t('own.userName'), value: directory.userPrincipalName },
          { name: t('own.email'), value: directory.mail },
          { name: t('own.department'), value: directory.department },
          { name: t('own.jobTitle'), value: directory.jobTitle },
        ]}
      />
    </Panel>
  )
}
