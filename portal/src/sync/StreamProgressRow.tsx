import type { StreamProgress } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { ProgressBar } from '../ui/Bar.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './RunProgress.module.css'
import { percentOf } from './run-numbers.ts'

const TONES = {
  waiting: 'off',
  reading: 'busy',
  done: 'ok',
  failed: 'wrong',
} satisfies Record<StreamProgress['state'], Tone>

/** How far one kind of object is: a bar and numbers, each in its place. */
export function StreamProgressRow({ progress }: { progress: StreamProgress }) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  const { stream, state, round, pages, objects, expected } = progress
  const name = t(`stream.${stream}`)
  const amount = () => {
    if (state === 'waiting' || state === 'failed') return t(`progress.${state}`)
    if (expected === null || state === 'done' || objects > expected) {
      return t('progress.objects', { number: number(objects) })
    }
    return t('progress.objectsOf', { number: number(objects), expected: number(expected) })
  }
  return (
    <li className={classes['stream']}>
      <span className={classes['name']}>
        <StateIcon tone={TONES[state]} />
        <span>
          {name} {round && <span className="soft">({t(`round.${round}`)})</span>}
        </span>
      </span>
      <span className={classes['bar']}>
        <ProgressBar percent={percentOf(progress)} label={t('progress.barOf', { stream: name })} />
      </span>
      <span className={classes['amount']}>{amount()}</span>
      <span className={`${classes['amount']} ${classes['pages']}`}>
        {t('progress.pages', { number: number(pages), count: pages })}
      </span>
    </li>
  )
}
