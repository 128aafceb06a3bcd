import { editionName } from '@mooring/contract/editions'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './Devices.module.css'
import type { Fact, Reading } from './read-fact.ts'

/** What a device said, in words. */
export function FactValue({ reading }: { reading: Reading }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const size = useSize()
  switch (reading.kind) {
    case 'unknown':
      return <StateTag size="sm" tone="unknown" label={t('fact.unknown')} />
    case 'strange':
      return (
        <StateTag size="sm" tone="unknown" label={t('fact.strange', { value: reading.value })} />
      )
    case 'state':
      return (
        <span className={classes['sayings']}>
          {reading.sayings.map(({ tone, word }) =>
            // Neither good nor bad: a word like any other.
            tone === 'info' ? (
              <span key={word}>{t(`word.${word}`)}</span>
            ) : (
              <StateTag key={word} size="sm" tone={tone} label={t(`word.${word}`)} />
            ),
          )}
        </span>
      )
    case 'megabytes':
      return <>{size(reading.megabytes)}</>
    case 'time':
      return <>{dateTime(reading.value)}</>
    case 'edition':
      return <Edition number={reading.value} />
    case 'text':
      return <>{reading.value}</>
  }
}

/** Since when it has been so. */
export function Since({ fact }: { fact: Fact | undefined }) {
  const { t } = useTranslation('devices')
  const { dateTime, exact } = useFormats()
  if (!fact) return <span className="soft">{t('fact.never')}</span>
  return (
    <time className="soft" dateTime={fact.since} title={exact(fact.since)}>
      {t('fact.since', { time: dateTime(fact.since) })}
    </time>
  )
}

const MB_OF_A_GB = 1024

/** Windows counts storage in MB; people in GB. */
export function useSize(): (megabytes: number) => string {
  const { t } = useTranslation('devices')
  const { number } = useFormats()
  return (megabytes) =>
    megabytes < MB_OF_A_GB
      ? t('fact.megabytes', { amount: number(megabytes) })
      : t('fact.gigabytes', { amount: number(Math.round(megabytes / MB_OF_A_GB)) })
}

/** Windows tells its edition as a number; the common ones have their names. */
export function Edition({ number }: { number: string | null }) {
  if (number === null) return <span className="soft">–</span>
  return <>{editionName(number)}</>
}
