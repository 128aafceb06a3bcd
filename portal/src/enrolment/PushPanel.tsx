import { Button, Group } from '@mantine/core'
import type { PushSettings } from '@mooring/contract/push'
import type { SessionSettings } from '@mooring/contract/session-settings'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { PollSentence } from './PollSentence.tsx'
import { PushForm } from './PushForm.tsx'
import { PUSH_TONE } from './push-tone.ts'
import { useSessionSettings } from './use-session-settings.ts'

type Props = { org: string; settings: SessionSettings }

/** Whether devices can be called, and how the service last took it. */
export function PushPanel({ org, settings: { push, poll } }: Props) {
  const { t } = useTranslation('enrolment')
  const mayConfigure = useMay('enrolment.configure')
  const [isChanging, setChanging] = useState(false)
  return (
    <Panel title={t('sessions.push.title')} hint={t('sessions.push.hint')}>
      {isChanging ? (
        <PushForm org={org} push={push} onClose={() => setChanging(false)} />
      ) : (
        <>
          {push ? (
            <PushFacts push={push} />
          ) : (
            <p style={{ margin: 0 }}>
              {t('sessions.push.off')} <PollSentence schedule={poll} />
            </p>
          )}
          {mayConfigure && (
            <Group gap="xs" mt="md">
              <Button variant="default" onClick={() => setChanging(true)}>
                {t(push ? 'sessions.push.change' : 'sessions.push.add')}
              </Button>
              {push && <RemoveButton org={org} />}
            </Group>
          )}
        </>
      )}
    </Panel>
  )
}

function PushFacts({ push }: { push: PushSettings }) {
  const { t } = useTranslation('enrolment')
  const { dateTime } = useFormats()
  const { last } = push
  return (
    <Facts
      facts={[
        {
          name: t('sessions.push.last'),
          value: last ? (
            <>
              <StateTag
                size="sm"
                tone={PUSH_TONE[last.outcome]}
                label={t(`sessions.push.outcome.${last.outcome}`)}
              />{' '}
              <Ago instant={last.at} />
            </>
          ) : (
            t('sessions.push.never')
          ),
        },
        { name: t('sessions.push.packageSid'), value: <code>{push.packageSid}</code> },
        {
          name: t('sessions.push.packageFamilyName'),
          value: <code>{push.packageFamilyName}</code>,
        },
        {
          name: t('sessions.push.saved'),
          value: t('sessions.savedBy', { time: dateTime(push.savedAt), who: push.savedBy }),
        },
      ]}
    />
  )
}

function RemoveButton({ org }: { org: string }) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const [isAsking, setAsking] = useState(false)
  const { removePush } = useSessionSettings(org, () => setAsking(false))
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('sessions.push.remove')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('sessions.push.removeTitle')}
          confirmLabel={t('sessions.push.remove')}
          cancelLabel={t('frame:action.cancel')}
          isBusy={removePush.isPending}
          problem={removePush.error && <ProblemNotice error={removePush.error} />}
          onConfirm={() => removePush.mutate()}
          onClose={() => setAsking(false)}
        >
          {t('sessions.push.removeText')}
        </ConfirmDialog>
      )}
    </>
  )
}
