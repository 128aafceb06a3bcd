import { Button, Group } from '@mantine/core'
import type { EnrolmentSettings } from '@mooring/contract/enrolment'
import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { LeaveGuard } from '../sync-settings/LeaveGuard.tsx'
import { Panel } from '../ui/Panel.tsx'
import { DeviceRules } from './DeviceRules.tsx'
import classes from './Enrolment.module.css'
import { PeopleRules } from './PeopleRules.tsx'
import { useRulesForm } from './use-rules-form.ts'

type Props = { org: string; settings: EnrolmentSettings }

/** The rules to change. They count for devices that come from then on. */
export function RulesForm({ org, settings }: Props) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const mayConfigure = useMay('enrolment.configure')
  const form = useRulesForm(org, settings)
  const fields = useRef<HTMLFormElement>(null)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (form.submit()) return
    // Once the errors are drawn.
    requestAnimationFrame(() =>
      fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    )
  }
  return (
    <form ref={fields} onSubmit={onSubmit} className="stack" noValidate>
      <Panel title={t('rules.people')} hint={t('rules.peopleHint')}>
        <fieldset className={classes['fields']} disabled={!mayConfigure}>
          <PeopleRules form={form} />
        </fieldset>
      </Panel>
      <Panel title={t('rules.devices')} hint={t('rules.devicesHint')}>
        <fieldset className={classes['fields']} disabled={!mayConfigure}>
          <DeviceRules form={form} />
        </fieldset>
      </Panel>
      {form.save.error && <ProblemNotice error={form.save.error} />}
      {mayConfigure && (
        <Group gap="sm">
          <Button type="submit" disabled={!form.isChanged} loading={form.save.isPending}>
            {t('frame:action.save')}
          </Button>
          {form.isChanged && (
            <Button variant="default" onClick={form.discard}>
              {t('rules.discard')}
            </Button>
          )}
        </Group>
      )}
      <LeaveGuard isDirty={form.isChanged} />
    </form>
  )
}
