import type { EffectiveGroup } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { IconChevronRight } from '@tabler/icons-react'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import classes from './EffectiveGroupList.module.css'

type Props = { groups: readonly EffectiveGroup[] | undefined; org: string }

export function EffectiveGroupList({ groups, org }: Props) {
  const { t } = useTranslation('directory')
  const columns: Column<EffectiveGroup>[] = [
    {
      id: 'displayName',
      head: t('field.displayName'),
      narrow: 'first',
      width: '36%',
      cell: (group) => (
        <PageLink href={paths.group(org, group.id)} strong>
          {group.displayName}
        </PageLink>
      ),
    },
    {
      id: 'membership',
      head: t('membership.head'),
      narrow: 'below',
      cell: (group) => (group.direct ? t('membership.direct') : <Way via={group.via} org={org} />),
    },
    {
      id: 'kind',
      head: t('field.kind'),
      narrow: 'second',
      width: '22%',
      cell: (group) => t(`groupKind.${group.kind}`),
    },
  ]
  return (
    <ItemList
      label={t('user.groupsLabel')}
      columns={columns}
      items={groups}
      keyOf={(group) => group.id}
    />
  )
}

/** Through which groups a membership comes: the one somebody is directly in first. */
function Way({ via, org }: { via: EffectiveGroup['via']; org: string }) {
  const { t } = useTranslation('directory')
  return (
    <span className={classes['way']}>
      <span className="soft">{t('membership.via')} </span>
      {via.map((group, index) => (
        <Fragment key={group.id}>
          {index > 0 && (
            <>
              <IconChevronRight size={14} className={classes['step']} aria-hidden />
              <span className="visually-hidden"> {t('membership.within')} </span>
            </>
          )}
          <PageLink href={paths.group(org, group.id)}>{group.displayName}</PageLink>
        </Fragment>
      ))}
    </span>
  )
}
