import { Button, Skeleton } from '@mantine/core'
import type { RoleInfo } from '@mooring/contract/roles'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Assignments } from './Assignments.tsx'
import { GiveRoleForm } from './GiveRoleForm.tsx'
import { RoleList } from './RoleList.tsx'
import { RoleMatrix } from './RoleMatrix.tsx'

export function RolesScreen() {
  const { t } = useTranslation('roles')
  const org = useOrg()
  const mayWrite = useMay('roles.write')
  const [isGiving, setGiving] = useState(false)
  usePageTitle(t('title'))
  const roles = useQuery(ask('listRoles', { params: { org } }))
  const items = roles.data?.items
  return (
    <Loaded query={roles} skeleton={<RolesSkeleton />}>
      {({ items: shown }) => (
        <>
          <PageHeader
            title={t('title')}
            sentence={<Sentence roles={shown} />}
            actions={
              mayWrite && (
                <Button
                  leftSection={<IconPlus size={16} aria-hidden />}
                  disabled={isGiving}
                  onClick={() => setGiving(true)}
                >
                  {t('give.button')}
                </Button>
              )
            }
          />
          <div className="stack">
            {isGiving && <GiveRoleForm roles={shown} onClose={() => setGiving(false)} />}
            <RolesPanel roles={items ?? shown} />
            <Assignments />
          </div>
        </>
      )}
    </Loaded>
  )
}

/** How things are: who could change everything, and how many may do something. */
function Sentence({ roles }: { roles: readonly RoleInfo[] }) {
  const { t } = useTranslation('roles')
  const count = (wanted: readonly RoleInfo[]) =>
    wanted.reduce((sum, role) => sum + role.administrators + role.people, 0)
  const owners = count(roles.filter(({ role }) => role === 'owner'))
  const others = count(roles.filter(({ role }) => role !== 'owner'))
  return (
    <>
      {t('sentence.owners', { count: owners })} {t('sentence.others', { count: others })}{' '}
      {t('sentence.atOnce')}
    </>
  )
}

function RolesPanel({ roles }: { roles: readonly RoleInfo[] }) {
  const { t } = useTranslation('roles')
  const [{ show }, change] = usePageSearch()
  const isMatrix = show === 'permissions'
  return (
    <Panel
      title={t(isMatrix ? 'matrix.title' : 'list.title')}
      flush
      action={
        <Button
          variant="default"
          size="xs"
          aria-expanded={isMatrix}
          onClick={() => change({ show: isMatrix ? undefined : 'permissions' }, 'replace')}
        >
          {t(isMatrix ? 'matrix.hide' : 'matrix.show')}
        </Button>
      }
    >
      {isMatrix ? <RoleMatrix roles={roles} /> : <RoleList roles={roles} />}
    </Panel>
  )
}

function RolesSkeleton() {
  const { t } = useTranslation('roles')
  return (
    <>
      <PageHeader title={t('title')} sentence={<Skeleton height={20} width={320} />} />
      <div className="stack" aria-busy>
        <Panel title={t('list.title')} flush>
          <RoleList roles={undefined} />
        </Panel>
        <Skeleton height={200} radius={8} />
      </div>
    </>
  )
}
