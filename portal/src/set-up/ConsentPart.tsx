import { Group } from '@mantine/core'
import type { GuideStep } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { CopyValue } from '../frame/Copy.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { OutsideButton } from '../frame/OutsideLink.tsx'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { PermissionList } from './PermissionList.tsx'
import { useStepHref } from './use-step-href.ts'

/** Consent: each permission as Entra shows it, and the link that grants them, also for somebody else. */
export function ConsentPart({ step }: { step: GuideStep }) {
  const { t } = useTranslation('set-up')
  const hrefOf = useStepHref()
  const [search] = usePageSearch()
  return (
    <>
      {search['consent'] === 'refused' && (
        <Notice tone="attention" title={t('consent.refused.title')}>
          <p>{t('consent.refused.detail')}</p>
        </Notice>
      )}
      {step.permissions && <PermissionList permissions={step.permissions} />}
      {!step.consentUrl && (
        <Notice
          tone="off"
          title={t('consent.idsFirst')}
          actions={
            <ButtonLink href={hrefOf('ids')} variant="default" size="xs">
              {t('secret.toIds')}
            </ButtonLink>
          }
        />
      )}
      {step.consentUrl && (
        <Panel title={t('consent.title')} hint={t('consent.hint')}>
          <CopyValue label={t('consent.link')} value={step.consentUrl} />
          <Group mt="md">
            <OutsideButton
              href={step.consentUrl}
              variant={step.state === 'done' ? 'default' : 'filled'}
            >
              {t('consent.open')}
            </OutsideButton>
          </Group>
        </Panel>
      )}
    </>
  )
}
