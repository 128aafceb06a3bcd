import { Button, Group, NumberInput, Stack } from '@mantine/core'
import { WIPE_LIMITS, WipeLimits } from '@mooring/contract/wipes'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useGuardActs } from './use-wipe-acts.ts'

const FIELDS = ['perPersonHour', 'perDay', 'holdMinutes'] as const
const LONGEST_HOLD_MINUTES = 24 * 60

type Props = { org: string; limits: WipeLimits; onClose: () => void }

/** Sets limits, never beyond the highest. */
export function LimitsForm({ org, limits, onClose }: Props) {
  const { t } = useTranslation(['wipes', 'frame'])
  const { number } = useFormats()
  const [draft, setDraft] = useState<Record<keyof WipeLimits, number | string>>(limits)
  const { limit } = useGuardActs(org, onClose)
  const { error } = limit
  const read = WipeLimits.safeParse({
    perPersonHour: toNumber(draft.perPersonHour),
    perDay: toNumber(draft.perDay),
    holdMinutes: toNumber(draft.holdMinutes),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.success) limit.mutate(read.data)
  }
  const field = (name: keyof WipeLimits) => ({
    value: draft[name],
    onChange: (value: number | string) => setDraft((before) => ({ ...before, [name]: value })),
    error: fieldError(error, name),
    allowDecimal: false,
    allowNegative: false,
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={480}>
        <NumberInput
          label={t('limits.perPersonHour')}
          description={t('limits.most', { most: number(WIPE_LIMITS.perPersonHour) })}
          min={0}
          max={WIPE_LIMITS.perPersonHour}
          {...field('perPersonHour')}
        />
        <NumberInput
          label={t('limits.perDay')}
          description={t('limits.most', { most: number(WIPE_LIMITS.perDay) })}
          min={0}
          max={WIPE_LIMITS.perDay}
          {...field('perDay')}
        />
        <NumberInput
          label={t('limits.hold')}
          description={t('limits.least', {
            least: number(WIPE_LIMITS.holdMinutes),
            most: number(LONGEST_HOLD_MINUTES),
          })}
          min={WIPE_LIMITS.holdMinutes}
          max={LONGEST_HOLD_MINUTES}
          {...field('holdMinutes')}
        />
        {error && !isToldAtFields(error, FIELDS) && <ProblemNotice error={error} />}
        <Group gap="xs">
          <Button type="submit" loading={limit.isPending} disabled={!read.success}>
            {t('limits.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('frame:action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** An empty field is not a zero, which would mean something. */
const toNumber = (value: number | string) => (value === '' ? undefined : Number(value))
