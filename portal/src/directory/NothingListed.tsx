import { Button } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrg } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Empty } from '../ui/Empty.tsx'

type Props = {
  icon: ReactNode
  kind: 'users' | 'groups'
  isRefined: boolean
  onClear: () => void
}

/** An empty list: because of the filter, or because nothing has come from Entra yet. */
export function NothingListed({ icon, kind, isRefined, onClear }: Props) {
  const { t } = useTranslation('directory')
  const org = useOrg()
  if (isRefined) {
    return (
      <Empty
        icon={icon}
        title={t(`${kind}.noMatch`)}
        action={
          <Button variant="default" onClick={onClear}>
            {t('clearFilters')}
          </Button>
        }
      />
    )
  }
  return (
    <Empty
      icon={icon}
      title={t(`${kind}.none`)}
      text={t(`${kind}.noneText`)}
      action={
        <ButtonLink href={paths.guide(org)} variant="default">
          {t('toConnection')}
        </ButtonLink>
      }
    />
  )
}
