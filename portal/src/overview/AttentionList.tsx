import type { Attention } from '@mooring/contract/overview'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import classes from './AttentionList.module.css'

const TONES = { critical: 'wrong', warning: 'attention', info: 'info' } satisfies Record<
  Attention['severity'],
  Tone
>

/** What wants attention, worst first, each with the way to where it is dealt with. */
export function AttentionList({ entries }: { entries: readonly Attention[] }) {
  const { t } = useTranslation('overview')
  if (entries.length === 0) return null
  return (
    <Panel title={t('attention.title')} flush>
      <ul className={classes['list']}>
        {entries.map((entry) => (
          <li key={entry.code} className={classes['entry']}>
            <StateIcon
              tone={TONES[entry.severity]}
              label={t(`attention.severity.${entry.severity}`)}
            />
            <div className={classes['words']}>
              <div className={classes['title']}>{entry.title}</div>
              <div className="soft">{entry.detail}</div>
            </div>
            <ButtonLink
              href={entry.href}
              variant="default"
              size="xs"
              aria-label={`${t('attention.open')}: ${entry.title}`}
            >
              {t('attention.open')}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
