import { Stack, Title } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '../frame/navigation.ts'
import { PublicFrame } from '../frame/PublicFrame.tsx'
import { StateTag } from '../ui/StateTag.tsx'

/** The last page of a step-up's own window. It closes itself; where it may not, it says so. */
export function StepUpDoneScreen() {
  const { t } = useTranslation('step-up')
  usePageTitle(t('done.title'))
  useEffect(() => window.close(), [])
  return (
    <PublicFrame>
      <Stack gap="md">
        <Title order={1}>{t('done.title')}</Title>
        <StateTag tone="ok" label={t('done.ok')} />
        <div className="soft">{t('done.close')}</div>
      </Stack>
    </PublicFrame>
  )
}
