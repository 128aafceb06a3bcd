import type { Guide, GuideStep } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { CopyValue } from '../frame/Copy.tsx'
import { OutsideButton, OutsideLink } from '../frame/OutsideLink.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { ConsentPart } from './ConsentPart.tsx'
import { EntraExcerpt } from './excerpt/EntraExcerpt.tsx'
import { IdsForm } from './IdsForm.tsx'
import { Instructions } from './Instructions.tsx'
import { PermissionList } from './PermissionList.tsx'
import { SecretForm } from './SecretForm.tsx'
import { ServicesPart } from './ServicesPart.tsx'
import { StepFoot } from './StepFoot.tsx'
import classes from './StepPage.module.css'
import { StepState } from './StepState.tsx'
import { stepTone } from './step-view.ts'
import { useStepWord } from './use-step-word.ts'

type Props = { guide: Guide; step: GuideStep; position: number }

/** One step: how it stands, what to do in Entra, what to carry over, and what to enter here. */
export function StepPage({ guide, step, position }: Props) {
  const { t } = useTranslation('set-up')
  const wordOf = useStepWord()
  const titleOfWork = ({ id, entraUrl }: GuideStep) => {
    if (id === 'prerequisites') return t('step.ready')
    return entraUrl ? t('step.inEntra') : t('step.toDo')
  }
  return (
    <article className={classes['step']} aria-labelledby="step-title">
      <header className={classes['head']}>
        <div className="soft">
          {t('steps.position', { number: position + 1, all: guide.steps.length })}
        </div>
        <div className={classes['title']}>
          <h2 id="step-title">{step.title}</h2>
          <StateTag tone={stepTone(step)} label={wordOf(step)} />
        </div>
      </header>
      <StepState step={step} isConnected={guide.connection !== null} />
      {step.instructions.length > 0 && (
        <Panel
          title={titleOfWork(step)}
          hint={step.leastRole && t('step.leastRole', { role: step.leastRole })}
          action={
            step.entraUrl && (
              <OutsideButton href={step.entraUrl} variant="default" size="xs">
                {t('step.openEntra')}
              </OutsideButton>
            )
          }
        >
          <div className={classes['work']}>
            <Instructions lines={step.instructions} />
            <EntraExcerpt step={step.id} />
          </div>
          {step.documentationUrl && (
            <div className={classes['documentation']}>
              <OutsideLink href={step.documentationUrl}>{t('step.documentation')}</OutsideLink>
            </div>
          )}
        </Panel>
      )}
      {step.valuesToCopy.length > 0 && (
        <Panel title={t('step.values')} hint={t('step.valuesHint')}>
          <div className={classes['values']}>
            {step.valuesToCopy.map(({ id, label, value }) => (
              <CopyValue key={id} label={label} value={value} />
            ))}
          </div>
        </Panel>
      )}
      {step.id === 'ids' && <IdsForm guide={guide} />}
      {step.id === 'secret' && <SecretForm guide={guide} />}
      {step.id === 'permissions' && step.permissions && (
        <PermissionList permissions={step.permissions} />
      )}
      {step.id === 'consent' && <ConsentPart step={step} />}
      {step.id === 'services' && <ServicesPart guide={guide} />}
      <StepFoot guide={guide} position={position} />
    </article>
  )
}
