import { NativeSelect } from '@mantine/core'
import type { Guide, GuideStep } from '@mooring/contract/set-up'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePageSearch } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { StateIcon } from '../ui/StateTag.tsx'
import classes from './GuideSteps.module.css'
import { StepPage } from './StepPage.tsx'
import { stepTone } from './step-view.ts'
import { useStepHref } from './use-step-href.ts'
import { useStepWord } from './use-step-word.ts'

type Props = { guide: Guide; step: GuideStep; position: number }

/** Left the steps with their state, right the step at hand. */
export function GuideSteps({ guide, step, position }: Props) {
  const { t } = useTranslation('set-up')
  const hrefOf = useStepHref()
  const wordOf = useStepWord()
  const [, change] = usePageSearch()
  const track = guide.tracks.find(({ id }) => id === guide.track)
  return (
    <div className={classes['guide']}>
      <nav className={classes['side']} aria-label={t('steps.label')}>
        <div className={classes['track']}>
          <div className="soft">{t('track.current')}</div>
          <div>{track?.title}</div>
          <PageLink href={`${hrefOf(step.id)}&track=choose`}>{t('track.change')}</PageLink>
        </div>
        <ol className={classes['steps']}>
          {guide.steps.map((entry, index) => (
            <li key={entry.id}>
              <Link
                to="."
                search={{ step: entry.id }}
                resetScroll={false}
                className={classes['step']}
                data-active={entry.id === step.id || undefined}
                aria-current={entry.id === step.id ? 'step' : undefined}
              >
                <StateIcon tone={stepTone(entry)} />
                <span>
                  {index + 1}. {entry.title}
                  <span className="visually-hidden">, {wordOf(entry)}</span>
                </span>
              </Link>
            </li>
          ))}
        </ol>
        <div className={classes['select']}>
          <NativeSelect
            label={t('steps.label')}
            value={step.id}
            data={guide.steps.map((entry, index) => ({
              value: entry.id,
              label: `${index + 1}. ${entry.title} – ${wordOf(entry)}`,
            }))}
            onChange={(event) => change({ step: event.currentTarget.value })}
          />
        </div>
      </nav>
      <StepPage key={step.id} guide={guide} step={step} position={position} />
    </div>
  )
}
