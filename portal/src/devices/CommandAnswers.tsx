import type { DeviceCommand } from '@mooring/contract/management'
import { useTranslation } from 'react-i18next'
import { Copy, CopyCode } from '../frame/Copy.tsx'
import classes from './Devices.module.css'

type Answer = NonNullable<DeviceCommand['result']>['answers'][number]

/** What the device answered, node by node; folded, for it is read when something went wrong. */
export function CommandAnswers({ answers }: { answers: readonly Answer[] }) {
  const { t } = useTranslation('devices')
  if (answers.length === 0) return null
  return (
    <details className={classes['answers']}>
      <summary>{t('command.answers', { count: answers.length })}</summary>
      <ul>
        {answers.map((answer, index) => (
          // The order is the device's, and never changes.
          // biome-ignore lint/suspicious/noArrayIndexKey: two answers may be alike
          <AnswerLine key={index} answer={answer} />
        ))}
      </ul>
    </details>
  )
}

function AnswerLine({ answer: { verb, uri, code, originalError, data } }: { answer: Answer }) {
  const { t } = useTranslation('devices')
  return (
    <li>
      <code className={`mono ${classes['whole']}`}>
        {verb} {uri}
      </code>{' '}
      <Copy value={uri} what={t('expert.node')} />
      <div>
        {t('expert.code')} <code className="mono">{code}</code>
        {originalError && (
          <>
            {' · '}
            {t('command.originalError')}{' '}
            <CopyCode value={originalError} what={t('command.originalError')} />
          </>
        )}
      </div>
      {data && <pre className={`mono ${classes['value']}`}>{data}</pre>}
    </li>
  )
}
