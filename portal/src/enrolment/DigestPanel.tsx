import { Button } from '@mantine/core'
import type { SessionSettings } from '@mooring/contract/session-settings'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useSessionSettings } from './use-session-settings.ts'

type Props = { org: string; settings: SessionSettings }

/** The weak way in, for where nothing better gets through. */
export function DigestPanel({ org, settings: { digest } }: Props) {
  const { t } = useTranslation('enrolment')
  const { dateTime } = useFormats()
  return (
    <Panel title={t('sessions.digest.title')} hint={t('sessions.digest.hint')}>
      {digest ? (
        <Notice
          tone="attention"
          title={t('sessions.digest.on')}
          actions={<DigestButton org={org} isOn />}
        >
          <p>{t('sessions.digest.warning')}</p>
          <p>{t('sessions.savedBy', { time: dateTime(digest.at), who: digest.by })}</p>
        </Notice>
      ) : (
        <>
          <p style={{ margin: '0 0 16px' }}>{t('sessions.digest.off')}</p>
          <DigestButton org={org} isOn={false} />
        </>
      )}
    </Panel>
  )
}

function DigestButton({ org, isOn }: { org: string; isOn: boolean }) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const mayConfigure = useMay('enrolment.configure')
  const [isAsking, setAsking] = useState(false)
  const { digest: save } = useSessionSettings(org, () => setAsking(false))
  if (!mayConfigure) return null
  if (isOn) {
    return (
      <>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate(false)}>
          {t('sessions.digest.forbid')}
        </Button>
        {save.error && <ProblemNotice error={save.error} />}
      </>
    )
  }
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('sessions.digest.allow')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('sessions.digest.title')}
          confirmLabel={t('sessions.digest.allow')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={save.isPending}
          problem={save.error && <ProblemNotice error={save.error} />}
          onConfirm={() => save.mutate(true)}
          onClose={() => setAsking(false)}
        >
          {t('sessions.digest.warning')}
        </ConfirmDialog>
      )}
    </>
  )
}
