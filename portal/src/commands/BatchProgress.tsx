import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { Bar } from '../ui/Bar.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { barOf, OUTCOME_TONES, type Progress, partsOf } from './batch-view.ts'
import classes from './Commands.module.css'

type Props = { progress: Progress; isShort?: boolean }

/** How many devices are how far: a bar, and the same in words. */
export function BatchProgress({ progress, isShort = false }: Props) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const parts = partsOf(progress)
  const bar = barOf(progress)
  const words = parts.map(({ outcome, count }) =>
    t('progress.part', { outcome: t(`outcome.${outcome}`), number: number(count) }),
  )
  return (
    <div className={classes['progress']}>
      <Bar {...bar} label={`${t('progress.label')}: ${words.join(', ')}`} />
      {isShort ? (
        <div className="soft nowrap">
          {t('progress.done', { done: number(progress.succeeded), all: number(bar.total) })}
          {progress.failed + progress.uncertain > 0 && (
            <>
              {' · '}
              {t('progress.part', {
                outcome: t(`outcome.${progress.failed > 0 ? 'failed' : 'uncertain'}`),
                number: number(progress.failed || progress.uncertain),
              })}
            </>
          )}
        </div>
      ) : (
        <div className={classes['outcomes']}>
          {parts.map(({ outcome }, place) => (
            <StateTag
              key={outcome}
              size="sm"
              tone={OUTCOME_TONES[outcome]}
              label={words[place] ?? ''}
            />
          ))}
        </div>
      )}
    </div>
  )
}
