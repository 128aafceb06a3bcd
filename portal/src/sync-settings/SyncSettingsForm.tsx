import { Button } from '@mantine/core'
import type { DirectorySettingsAnswer } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isToldAtFields } from '../frame/field-errors.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { AttributesPanel } from './AttributesPanel.tsx'
import { fieldPaths } from './draft-errors.ts'
import { LeaveGuard } from './LeaveGuard.tsx'
import { LeavingPanel } from './LeavingPanel.tsx'
import { NotificationsPanel } from './NotificationsPanel.tsx'
import { PeoplePanel } from './PeoplePanel.tsx'
import { ReviewBar } from './ReviewBar.tsx'
import { ReviewDialog } from './ReviewDialog.tsx'
import { SchedulePanel } from './SchedulePanel.tsx'
import classes from './SyncSettings.module.css'
import { useSettingsForm } from './use-settings-form.ts'

type Props = { org: string; settings: DirectorySettingsAnswer }

/** The settings as a form. Nothing is saved before its effect was shown. */
export function SyncSettingsForm({ org, settings }: Props) {
  const { t } = useTranslation('sync-settings')
  const mayConfigure = useMay('directory.configure')
  const form = useSettingsForm(org, settings)
  const [isReviewing, setReviewing] = useState(false)
  const fields = useRef<HTMLFieldSetElement>(null)
  const { preview, save, draft } = form
  const showFirstError = () =>
    // Once the errors are drawn.
    requestAnimationFrame(() =>
      fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    )
  const review = () => {
    if (!form.check()) return void showFirstError()
    setReviewing(true)
    preview.mutate(undefined, {
      onError: (error) => {
        if (!isToldAtFields(error, fieldPaths(draft))) return
        setReviewing(false)
        showFirstError()
      },
    })
  }
  return (
    <div className="stack">
      {!mayConfigure && (
        <Notice tone="info" title={t('readOnly.title')}>
          <p>{t('readOnly.text')}</p>
        </Notice>
      )}
      {save.isSuccess && (
        <Notice
          tone="ok"
          role="status"
          title={t('saved.title')}
          actions={
            <ButtonLink href={paths.syncRuns(org)} variant="default" size="xs">
              {t('saved.action')}
            </ButtonLink>
          }
        >
          <p>{t('saved.text')}</p>
        </Notice>
      )}
      {form.isElsewhere && (
        <Notice
          tone="attention"
          role="status"
          title={t('elsewhere.title', { who: settings.updatedBy ?? '–' })}
          actions={
            <Button variant="default" size="xs" onClick={form.discard}>
              {t('elsewhere.action')}
            </Button>
          }
        >
          <p>{t('elsewhere.text')}</p>
        </Notice>
      )}
      <fieldset ref={fields} className={classes['fieldset']} disabled={!mayConfigure}>
        <SchedulePanel form={form} />
        <PeoplePanel form={form} />
        <LeavingPanel form={form} />
        <AttributesPanel form={form} />
        <NotificationsPanel form={form} />
      </fieldset>
      {mayConfigure && <ReviewBar form={form} onReview={review} />}
      {isReviewing && <ReviewDialog form={form} onClose={() => setReviewing(false)} />}
      <LeaveGuard isDirty={form.parts.length > 0} />
    </div>
  )
}
