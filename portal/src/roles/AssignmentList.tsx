import { Button } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { RoleAssignment } from '@mooring/contract/roles'
import { IconUser, IconUsersGroup } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { useOrg } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useMay } from '../sign-in/session.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './Roles.module.css'
import { TakeRoleDialog } from './TakeRoleDialog.tsx'

type Props = { assignments: readonly RoleAssignment[] | undefined }

export function AssignmentList({ assignments }: Props) {
  const { t } = useTranslation(['roles', 'frame'])
  const mayWrite = useMay('roles.write')
  const [leaving, setLeaving] = useState<RoleAssignment>()
  const columns: Column<RoleAssignment>[] = [
    {
      id: 'holder',
      head: t('assignments.holder'),
      narrow: 'first',
      width: '36%',
      cell: (assignment) => <Holder assignment={assignment} />,
    },
    {
      id: 'role',
      head: t('role'),
      narrow: 'second',
      cell: ({ role }) => <span className="nowrap">{t(`frame:role.${role}`)}</span>,
    },
    {
      id: 'people',
      head: t('assignments.whom'),
      narrow: 'second',
      cell: ({ holder, includesGuests }) => (
        <>
          {holder.kind === 'group'
            ? t('assignments.members', { count: holder.people })
            : t('assignments.person')}
          {includesGuests && ` ${t('assignments.withGuests')}`}
        </>
      ),
    },
    {
      id: 'since',
      head: t('assignments.since'),
      from: 'medium',
      cell: ({ createdAt, createdBy }) => (
        <>
          <Ago instant={createdAt} /> <span className="soft">{t('by', { name: createdBy })}</span>
        </>
      ),
    },
  ]
  if (mayWrite) {
    columns.push({
      id: 'actions',
      head: t('actions'),
      narrow: 'below',
      numeric: true,
      cell: (assignment) => (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={t('take.named', {
            role: t(`frame:role.${assignment.role}`),
            name: assignment.holder.name,
          })}
          onClick={() => setLeaving(assignment)}
        >
          {t('take.button')}
        </Button>
      ),
    })
  }
  return (
    <>
      <ItemList
        label={t('assignments.title')}
        columns={columns}
        items={assignments}
        keyOf={({ id }) => id}
        expected={3}
      />
      {leaving && <TakeRoleDialog assignment={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function Holder({ assignment: { holder } }: { assignment: RoleAssignment }) {
  const { t } = useTranslation('roles')
  const org = useOrg()
  const Icon = holder.kind === 'user' ? IconUser : IconUsersGroup
  const href = holder.kind === 'user' ? paths.user(org, holder.id) : paths.group(org, holder.id)
  return (
    <div className={classes['holder']}>
      <Icon size={16} role="img" aria-label={t(`kind.${holder.kind}`)} />
      <PageLink href={href} strong>
        {holder.name}
      </PageLink>
      {holder.state !== 'active' && (
        <StateTag size="sm" tone="off" label={t(`holderState.${holder.state}`)} />
      )}
    </div>
  )
}
