import type { NotificationStanding, StreamStanding } from '@mooring/contract/directory'
import type { Trouble } from '@mooring/contract/problem'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { Codes } from '../frame/Codes.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './StandingPanel.module.css'

const STREAM_TONES = {
  off: 'off',
  notAllowed: 'wrong',
  never: 'unknown',
  current: 'ok',
  late: 'attention',
  failing: 'wrong',
} satisfies Record<StreamStanding['state'], Tone>

const NOTIFICATION_TONES = {
  off: 'off',
  pending: 'busy',
  active: 'ok',
  unreachable: 'attention',
  failing: 'attention',
  expired: 'attention',
} satisfies Record<NotificationStanding['state'], Tone>

/** One kind of object: its health, and how old our copy is. */
export function StreamRow({ standing }: { standing: StreamStanding }) {
  const { t } = useTranslation('sync')
  const { stream, state, sentence, problem, lastFullReadAt } = standing
  return (
    <li className={classes['row']}>
      <span className={classes['name']}>{t(`stream.${stream}`)}</span>
      <span>
        <StateTag tone={STREAM_TONES[state]} size="sm" label={t(`standing.state.${state}`)} />
      </span>
      <div className={classes['sentence']}>
        {sentence}
        {problem && <Cause problem={problem} />}
      </div>
      <span className={classes['age']}>
        {lastFullReadAt && (
          <>
            {t('standing.fullRead')} <Ago instant={lastFullReadAt} />
          </>
        )}
      </span>
    </li>
  )
}

/** Whether Microsoft tells about changes of one kind of object. */
export function NotificationRow({ standing }: { standing: NotificationStanding }) {
  const { t } = useTranslation('sync')
  const { stream, state, sentence, problem } = standing
  return (
    <li className={classes['row']}>
      <span className={classes['name']}>
        {t('standing.notifications', { stream: t(`stream.${stream}`) })}
      </span>
      <span>
        <StateTag
          tone={NOTIFICATION_TONES[state]}
          size="sm"
          label={t(`standing.notificationState.${state}`)}
        />
      </span>
      <div className={classes['sentence']}>
        {sentence}
        {problem && <Cause problem={problem} />}
      </div>
    </li>
  )
}

function Cause({ problem }: { problem: Trouble }) {
  return (
    <div>
      {problem.detail} {problem.remedy}
      <Codes
        code={problem.microsoftCode ?? problem.code}
        microsoftTraceId={problem.microsoftTraceId}
      />
    </div>
  )
}
