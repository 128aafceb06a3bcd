import { Group } from '@mantine/core'
import type { DeviceFilter } from '@mooring/contract/devices'
import { useTranslation } from 'react-i18next'
import { ManyActions } from '../commands/ManyActions.tsx'
import { SaveFilterAsGroup } from '../device-groups/SaveFilterAsGroup.tsx'

type Props = { org: string; filter: DeviceFilter }

/** What can be done with all devices that a filter finds, also those on other pages. */
export function FilterActions({ org, filter }: Props) {
  const { t } = useTranslation('commands')
  const { group, ...rest } = filter
  // A group does not follow from another one.
  const canBeGroup = group === undefined && Object.keys(rest).length > 0
  return (
    <Group gap="xs">
      {canBeGroup && <SaveFilterAsGroup org={org} filter={rest} />}
      <ManyActions org={org} target={{ kind: 'filter', filter }} label={t('menuAll')} size="xs" />
    </Group>
  )
}
