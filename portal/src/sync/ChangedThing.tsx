import type { DirectoryChange } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { IconDeviceLaptop, IconLink, IconUser, IconUsersGroup } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import classes from './ChangeList.module.css'

const ICONS = {
  user: IconUser,
  group: IconUsersGroup,
  membership: IconLink,
  device: IconDeviceLaptop,
}

/** The person, group or device that changed; of a membership who, and in which group. */
export function ChangedThing({ org, change }: { org: string; change: DirectoryChange }) {
  const { t } = useTranslation('sync')
  const { object, member } = change
  const Icon = ICONS[object]
  return (
    <span className={classes['thing']}>
      <Icon size={16} stroke={1.75} aria-hidden />
      <span className="visually-hidden">{t(`object.${object}`)}: </span>
      {object === 'membership' && member ? (
        <span className={classes['names']}>
          <Named org={org} kind={member.kind} thing={member} />{' '}
          <span className="soft">{t('list.inGroup')}</span>{' '}
          <Named org={org} kind="group" thing={change} />
        </span>
      ) : (
        <span className={classes['names']}>
          <Named org={org} kind={object} thing={change} />
        </span>
      )}
    </span>
  )
}

type Thing = { entraId: string; id: string | null; name: string | null }

function Named({ org, kind, thing }: { org: string; kind: string; thing: Thing }) {
  const { t } = useTranslation('sync')
  const name = thing.name ?? (
    <>
      {t('list.unnamed')} <code className="mono">{thing.entraId}</code>
    </>
  )
  if (thing.id && kind === 'user')
    return <PageLink href={paths.user(org, thing.id)}>{name}</PageLink>
  if (thing.id && kind === 'group') {
    return <PageLink href={paths.group(org, thing.id)}>{name}</PageLink>
  }
  return <>{name}</>
}
