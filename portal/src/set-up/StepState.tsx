import { Button } from '@mantine/core'
import type { GuideStep } from '@mooring/contract/set-up'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { Codes } from '../frame/Codes.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { stepTone } from './step-view.ts'
import { useCheckAgain, usePatchGuide } from './use-guide.ts'

type Props = { step: GuideStep; isConnected: boolean }

/** How a step stands and why, what comes next, and a way to look again. */
export function StepState({ step, isConnected }: Props) {
  const { t } = useTranslation('set-up')
  const mayWrite = useMay('connection.write')
  const mayCheck = useMay('connection.check')
  const check = useCheckAgain(isConnected)
  const patch = usePatchGuide()
  useCheckAfterConsent(step.id === 'consent' && isConnected && mayCheck, check.mutate)
  const mark = (done: boolean) => patch.mutate({ marked: { [step.id]: done } })
  const error = check.error ?? patch.error
  return (
    <>
      <Notice
        tone={stepTone(step)}
        title={step.reason}
        actions={
          <>
            {step.state === 'notVisible' && mayWrite && (
              <Button
                size="xs"
                variant={step.marked ? 'default' : 'filled'}
                loading={patch.isPending}
                onClick={() => mark(!step.marked)}
              >
                {step.marked ? t('step.unmark') : t('step.mark')}
              </Button>
            )}
            {step.state !== 'notVisible' && mayCheck && (
              <Button
                size="xs"
                variant="default"
                loading={check.isPending}
                onClick={() => check.mutate()}
              >
                {t('step.check')}
              </Button>
            )}
          </>
        }
        footnote={
          (step.code || step.microsoftTraceId || step.checkedAt || step.marked) && (
            <>
              {step.marked && (
                <span>
                  {t('step.marked', { by: step.marked.by })} <Ago instant={step.marked.at} />
                </span>
              )}
              {step.checkedAt && (
                <span>
                  {t('step.checked')} <Ago instant={step.checkedAt} />
                </span>
              )}
              <Codes code={step.code} microsoftTraceId={step.microsoftTraceId} />
            </>
          )
        }
      >
        {step.remedy && <p>{step.remedy}</p>}
      </Notice>
      {error && <ProblemNotice error={error} />}
      <div role="status" className="visually-hidden">
        {check.isSuccess ? t('step.checkedNow', { reason: step.reason }) : ''}
      </div>
    </>
  )
}

/** Coming back from Entra's consent page, one wants to see what it brought, without another click. */
function useCheckAfterConsent(isHere: boolean, check: () => void) {
  const [search, change] = usePageSearch()
  const isDone = useRef(false)
  const isBack = isHere && search['consent'] === 'granted'
  useEffect(() => {
    if (!isBack || isDone.current) return
    isDone.current = true
    change({ consent: undefined }, 'replace')
    check()
  })
}
