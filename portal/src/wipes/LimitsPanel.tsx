import { Button } from '@mantine/core'
import { WIPE_LIMITS, type WipeLimits } from '@mooring/contract/wipes'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { LimitsForm } from './LimitsForm.tsx'

type Props = { org: string; limits: WipeLimits }

/** How much may be taken away without a second person, and how long it waits. */
export function LimitsPanel({ org, limits }: Props) {
  const { t } = useTranslation('wipes')
  const { number, interval } = useFormats()
  const mayWipe = useMay('devices.wipe')
  const [isChanging, setChanging] = useState(false)
  const devices = (value: number, most: number) =>
    t('limits.value', {
      value: t('devices', { count: value, number: number(value) }),
      most: number(most),
    })
  return (
    <Panel
      title={t('limits.title')}
      hint={t('limits.hint')}
      action={
        mayWipe &&
        !isChanging && (
          <Button variant="default" size="xs" onClick={() => setChanging(true)}>
            {t('limits.change')}
          </Button>
        )
      }
    >
      {isChanging ? (
        <LimitsForm org={org} limits={limits} onClose={() => setChanging(false)} />
      ) : (
        <>
          <Facts
            facts={[
              {
                name: t('limits.perPersonHour'),
                value: devices(limits.perPersonHour, WIPE_LIMITS.perPersonHour),
              },
              { name: t('limits.perDay'), value: devices(limits.perDay, WIPE_LIMITS.perDay) },
              {
                name: t('limits.hold'),
                value: t('limits.valueHold', {
                  value: interval(limits.holdMinutes),
                  least: interval(WIPE_LIMITS.holdMinutes),
                }),
              },
            ]}
          />
          <p className="soft" style={{ margin: '12px 0 0' }}>
            {t('limits.perDayMore')}
          </p>
        </>
      )}
    </Panel>
  )
}
