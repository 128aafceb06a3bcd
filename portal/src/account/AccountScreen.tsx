import { Skeleton } from '@mantine/core'
import type { MyAccount } from '@mooring/contract/account'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageTitle } from '../frame/navigation.ts'
import { MyDevices } from '../my-devices/MyDevices.tsx'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Account.module.css'
import { OwnData } from './OwnData.tsx'
import { OwnSessions } from './OwnSessions.tsx'
import { PasskeysPanel } from './PasskeysPanel.tsx'
import { TotpPanel } from './TotpPanel.tsx'

export function AccountScreen() {
  const { t } = useTranslation('account')
  usePageTitle(t('own.title'))
  const account = useQuery(ask('getAccount', {}))
  return (
    <Loaded
      query={account}
      skeleton={
        <>
          <PageHeader title={t('own.title')} sentence={<Skeleton height={20} width={320} />} />
          <div className="stack" aria-busy>
            <Skeleton height={144} radius={8} />
            <Skeleton height={120} radius={8} />
            <Skeleton height={160} radius={8} />
          </div>
        </>
      }
    >
      {(data) => (
        <>
          <PageHeader title={t('own.title')} sentence={<Standing account={data} />} />
          <div className="stack">
            <OwnData account={data} />
            <OwnRoles account={data} />
            {data.kind === 'user' && <MyDevices />}
            {data.ways && <TotpPanel isOn={data.ways.totp} />}
            {data.ways && <PasskeysPanel passkeys={data.ways.passkeys} />}
            <OwnSessions />
          </div>
        </>
      )}
    </Loaded>
  )
}

/** One sentence: how safe this account is, or who sees to it. */
function Standing({ account }: { account: MyAccount }) {
  const { t } = useTranslation('account')
  if (!account.ways) return t('own.standing.provider')
  const { totp, passkeys } = account.ways
  return totp || passkeys.length > 0 ? t('own.standing.safe') : t('own.standing.passwordOnly')
}

function OwnRoles({ account }: { account: MyAccount }) {
  const { t } = useTranslation(['account', 'frame'])
  return (
    <Panel title={t('own.roles')}>
      {account.roles.length === 0 ? (
        <div className="soft">{t('own.noRoles')}</div>
      ) : (
        <ul className={classes['roles']}>
          {account.roles.map((role) => (
            <li key={role}>
              <strong>{t(`frame:role.${role}`)}</strong>
              <span className="soft">{t(`frame:roleAbout.${role}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
