import { Skeleton } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { UserRoles } from '@mooring/contract/roles'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { ask } from '../query.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './Roles.module.css'

type Reason = UserRoles['roles'][number]['reasons'][number]

/** Which roles a person holds, and why. */
export function UserRolesPanel({ user }: { user: string }) {
  const { t } = useTranslation(['roles', 'frame'])
  const org = useOrg()
  const roles = useQuery(ask('getUserRoles', { params: { org, user } }))
  return (
    <Loaded query={roles} skeleton={<Skeleton height={120} radius={8} />}>
      {({ roles: held }) => (
        <Panel
          title={t('ofUser.title')}
          action={<PageLink href={paths.roles(org)}>{t('ofUser.all')}</PageLink>}
        >
          {held.length === 0 ? (
            <div className="soft">{t('ofUser.none')}</div>
          ) : (
            <ul className={classes['given']}>
              {held.map(({ role, reasons }) => (
                <li key={role}>
                  <strong>{t(`frame:role.${role}`)}</strong>
                  <div className="soft">{t(`frame:roleAbout.${role}`)}</div>
                  <ul className={classes['reasons']}>
                    {reasons.map((reason) => (
                      <li key={reason.kind === 'person' ? 'person' : reason.group.id}>
                        <ReasonText reason={reason} org={org} />
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      )}
    </Loaded>
  )
}

function ReasonText({ reason, org }: { reason: Reason; org: string }) {
  const { t } = useTranslation('roles')
  if (reason.kind === 'person') return t('ofUser.person')
  const link = (group: { id: string; name: string }) => (
    <PageLink key={group.id} href={paths.group(org, group.id)} inText>
      {group.name}
    </PageLink>
  )
  return (
    <>
      {t('ofUser.group')} {link(reason.group)}
      {reason.through.length > 0 && (
        <>
          {', '}
          {t('ofUser.through')}{' '}
          {reason.through.map((group, index) => (
            <span key={group.id}>
              {index > 0 && ' › '}
              {link(group)}
            </span>
          ))}
        </>
      )}
    </>
  )
}
