import { Button, Group, NumberInput, Switch } from '@mantine/core'
import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'
import type { SessionSettings } from '@mooring/contract/session-settings'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { LeaveGuard } from '../sync-settings/LeaveGuard.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'
import { PollSentence } from './PollSentence.tsx'
import {
  isSamePoll,
  POLL_PATHS,
  type PollField,
  readPollDraft,
  toPollDraft,
  weighPoll,
} from './poll-draft.ts'
import { useSessionSettings } from './use-session-settings.ts'

type Props = { org: string; settings: SessionSettings }

/** How often devices come by themselves, with what it comes to before it is saved. */
export function PollPanel({ org, settings }: Props) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const mayConfigure = useMay('enrolment.configure')
  const [draft, setDraft] = useState(() => toPollDraft(settings.poll))
  const { poll: save } = useSessionSettings(org)
  const read = readPollDraft(draft)
  const isChanged = !read || !isSamePoll(read, settings.poll)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read) save.mutate(read)
  }
  const field = (name: PollField, max: number, least = 1) => (
    <NumberInput
      label={t(`sessions.poll.${name}`)}
      min={least}
      max={max}
      allowDecimal={false}
      allowNegative={false}
      value={draft[name]}
      error={fieldError(save.error, POLL_PATHS[name])}
      onChange={(value) => setDraft((before) => ({ ...before, [name]: value }))}
    />
  )
  return (
    <Panel title={t('sessions.poll.title')} hint={t('sessions.poll.hint')}>
      <form onSubmit={submit} noValidate>
        <fieldset className={classes['fields']} disabled={!mayConfigure}>
          <div className={classes['rounds']}>
            {field('firstTimes', 30)}
            {field('firstMinutes', 60)}
            {field('secondTimes', 100)}
            {field('secondMinutes', 240)}
            {field('afterwardsMinutes', 1440, 15)}
          </div>
          <Switch
            label={t('sessions.poll.onSignIn')}
            description={t('sessions.poll.onSignInHint')}
            checked={draft.onSignIn}
            onChange={(event) => {
              const onSignIn = event.currentTarget.checked
              setDraft((before) => ({ ...before, onSignIn }))
            }}
          />
          <output className={classes['preview']}>
            {read ? (
              <>
                <PollSentence schedule={read} /> <Load sessions={weighPoll(read).sessionsPerDay} />
              </>
            ) : (
              t('sessions.poll.impossible')
            )}
          </output>
        </fieldset>
        {save.error && !isToldAtFields(save.error, Object.values(POLL_PATHS)) && (
          <ProblemNotice error={save.error} />
        )}
        {mayConfigure && (
          <Group gap="sm" mt="lg">
            <Button type="submit" disabled={!read || !isChanged} loading={save.isPending}>
              {t('frame:action.save')}
            </Button>
            {isChanged && (
              <Button
                variant="default"
                onClick={() => {
                  setDraft(toPollDraft(settings.poll))
                  save.reset()
                }}
              >
                {t('rules.discard')}
              </Button>
            )}
            {read && !isSamePoll(read, POLL_SCHEDULE) && (
              <Button variant="default" onClick={() => setDraft(toPollDraft(POLL_SCHEDULE))}>
                {t('sessions.poll.usual')}
              </Button>
            )}
          </Group>
        )}
      </form>
      <LeaveGuard isDirty={isChanged} />
    </Panel>
  )
}

function Load({ sessions }: { sessions: number }) {
  const { t } = useTranslation('enrolment')
  const { number } = useFormats()
  return <>{t('sessions.poll.load', { devices: number(1000), sessions: number(sessions) })}</>
}
