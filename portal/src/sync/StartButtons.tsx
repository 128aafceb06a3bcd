import { Button, Group } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { SyncWish, useStartSync } from './use-start-sync.ts'

type Props = { start: ReturnType<typeof useStartSync>; isBusy: boolean }

/** Start a run, start over, or only see what would change. */
export function StartButtons({ start, isBusy }: Props) {
  const { t } = useTranslation('sync')
  const of = (wish: SyncWish) => ({
    disabled: isBusy,
    loading: start.isPending && start.variables === wish,
    onClick: () => start.mutate(wish),
  })
  return (
    <Group gap="xs">
      <Button variant="default" {...of('full')}>
        {t('start.full')}
      </Button>
      <Button variant="default" {...of('dry')}>
        {t('start.dry')}
      </Button>
      <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} {...of('delta')}>
        {t('start.delta')}
      </Button>
    </Group>
  )
}
