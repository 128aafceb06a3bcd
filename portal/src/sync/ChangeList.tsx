import type { DirectoryChange } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { ChangeDetails } from './ChangeDetails.tsx'
import { ChangedThing } from './ChangedThing.tsx'
import { CHANGE_TONES } from './change-tone.ts'

type Props = { org: string; changes: readonly DirectoryChange[] | undefined }

/** Changes one by one: what, how, and field by field. */
export function ChangeList({ org, changes }: Props) {
  const { t } = useTranslation('sync')
  const columns: Column<DirectoryChange>[] = [
    {
      id: 'what',
      head: t('list.what'),
      narrow: 'first',
      width: '36%',
      cell: (change) => <ChangedThing org={org} change={change} />,
    },
    {
      id: 'how',
      head: t('list.how'),
      narrow: 'end',
      width: '16%',
      cell: ({ change }) => (
        <StateTag tone={CHANGE_TONES[change]} size="sm" label={t(`changeKind.${change}`)} />
      ),
    },
    {
      id: 'fields',
      head: t('list.fields'),
      narrow: 'below',
      cell: (change) => <ChangeDetails change={change} />,
    },
  ]
  return (
    <ItemList
      label={t('list.title')}
      columns={columns}
      items={changes}
      keyOf={(change) => String(change.number)}
    />
  )
}
