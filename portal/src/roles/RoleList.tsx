import type { RoleInfo } from '@mooring/contract/roles'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import classes from './Roles.module.css'

/** The roles, what each is for, and how many hold it. */
export function RoleList({ roles }: { roles: readonly RoleInfo[] | undefined }) {
  const { t } = useTranslation(['roles', 'frame'])
  const { number } = useFormats()
  const columns: Column<RoleInfo>[] = [
    {
      id: 'role',
      head: t('role'),
      narrow: 'first',
      width: '46%',
      cell: ({ role }) => (
        <div className={classes['role']}>
          <strong>{t(`frame:role.${role}`)}</strong>
          <div className="soft">{t(`frame:roleAbout.${role}`)}</div>
        </div>
      ),
    },
    {
      id: 'people',
      head: t('list.people'),
      narrow: 'second',
      numeric: true,
      cell: ({ people }) => (
        <Count
          count={people}
          words={t('list.peopleCount', { count: people })}
          text={number(people)}
        />
      ),
    },
    {
      id: 'administrators',
      head: t('list.administrators'),
      narrow: 'second',
      numeric: true,
      cell: ({ administrators: count }) => (
        <Count
          count={count}
          words={t('list.administratorsCount', { count })}
          text={number(count)}
        />
      ),
    },
    {
      id: 'tokens',
      head: t('list.tokens'),
      narrow: 'second',
      numeric: true,
      cell: ({ tokens }) => (
        <Count
          count={tokens}
          words={t('list.tokensCount', { count: tokens })}
          text={number(tokens)}
        />
      ),
    },
  ]
  return (
    <ItemList
      label={t('list.title')}
      columns={columns}
      items={roles}
      keyOf={({ role }) => role}
      expected={7}
    />
  )
}

/** In a table a figure under its heading; in a row, where no heading stands, with its word. */
function Count({ count, words, text }: { count: number; words: string; text: string }) {
  return (
    <>
      <span className={`${classes['figure']} ${count === 0 ? 'soft' : ''}`}>{text}</span>
      {count > 0 && <span className={classes['words']}>{words}</span>}
    </>
  )
}
