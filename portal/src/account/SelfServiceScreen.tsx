import { Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageTitle } from '../frame/navigation.ts'
import { MyDevices } from '../my-devices/MyDevices.tsx'
import { ask } from '../query.ts'
import { useSession } from '../sign-in/session.ts'
import classes from './Account.module.css'
import { OwnData } from './OwnData.tsx'
import { OwnSessions } from './OwnSessions.tsx'

/** What everybody sees who holds no role: their own data, devices and sessions. */
export function SelfServiceScreen() {
  const { t } = useTranslation('account')
  const session = useSession()
  const name = session?.account.name ?? ''
  const own = session?.organizations.find(({ slug }) => slug === session.account.organization)
  usePageTitle(t('self.title'))
  const account = useQuery(ask('getAccount', {}))
  return (
    <>
      <header className={classes['hello']}>
        <div className={classes['initials']} aria-hidden>
          {initialsOf(name)}
        </div>
        <div>
          <Title order={1}>{t('self.hello', { name })}</Title>
          <div className="soft">{t('self.about', { organization: own?.name ?? 'Mooring' })}</div>
        </div>
      </header>
      <div className="stack">
        <MyDevices />
        <Loaded query={account} skeleton={<Skeleton height={200} radius={8} />}>
          {(data) => <OwnData account={data} />}
        </Loaded>
        <OwnSessions />
      </div>
    </>
  )
}

/** "Ada Lovelace" → "AL" */
function initialsOf(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
