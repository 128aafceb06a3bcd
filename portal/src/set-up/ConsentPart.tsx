import { Group } from '@mantine/core'
import type { GuideStep } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { CopyValue } from '../frame/Copy.tsx'
import { OutsideButton } from '../frame/OutsideLink.tsx'
import { Panel } from '../ui/Panel.tsx'
import { PermissionList } from './PermissionList.tsx'

/** Consent: each permission as Entra shows it, and the link that grants them, also for somebody else. */
export function ConsentPart({ step }: { step: GuideStep }) {
  const { t } = useTranslation('set-up')
  return (
    <>
      {step.permissions && <PermissionList permissions={step.permissions} />}
      {step.consentUrl && (
        <Panel title={t('consent.title')} hint={t('consent.hint')}>
          <CopyValue label={t('consent.link')} value={step.consentUrl} />
          <Group mt="md">
            <OutsideButton href={step.consentUrl}>{t('consent.open')}</OutsideButton>
          </Group>
        </Panel>
      )}
    </>
  )
}
