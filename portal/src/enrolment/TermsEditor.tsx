import { Button, Group, NativeSelect, Switch, Tabs } from '@mantine/core'
import type { TermsPage } from '@mooring/contract/terms-of-use'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { oneOf } from '../frame/plain-search.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { LeaveGuard } from '../sync-settings/LeaveGuard.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'
import { TermsFields } from './TermsFields.tsx'
import { TermsPreview } from './TermsPreview.tsx'
import {
  draftErrors,
  isChanged,
  isNewVersion,
  isWritten,
  TERMS_LANGUAGES,
  type TermsDraft,
  toDraft,
  toInput,
} from './terms-draft.ts'

/** Writes the page, language by language, beside how Windows will show it. */
export function TermsEditor({ org, page }: { org: string; page: TermsPage }) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const mayConfigure = useMay('enrolment.configure')
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(() => toDraft(page))
  const [language, setLanguage] = useState(page.fallback)
  const [isChecked, setChecked] = useState(false)
  const errors = isChecked ? draftErrors(draft) : new Set<never>()
  const save = useMutation({
    mutationFn: () => call('putTermsPage', { params: { org }, body: toInput(draft) }),
    onSuccess: (saved) =>
      queryClient.setQueryData(ask('getTermsPage', { params: { org } }).queryKey, saved),
  })
  const change = (patch: Partial<TermsDraft>) => setDraft((before) => ({ ...before, ...patch }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const wrong = draftErrors(draft)
    if (wrong.size === 0) return save.mutate()
    const half = TERMS_LANGUAGES.find((each) => [...wrong].some((code) => code.startsWith(each)))
    if (half) setLanguage(half)
  }
  const written = TERMS_LANGUAGES.filter((each) => isWritten(draft, each))
  const isDirty = isChanged(draft, page)
  return (
    <form onSubmit={submit} className="stack" noValidate>
      <Panel title={t('terms.page')} hint={t('terms.pageHint')}>
        <fieldset className={classes['fields']} disabled={!mayConfigure}>
          <Switch
            label={t('terms.enabled')}
            description={t('terms.enabledHint')}
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
          <Tabs value={language} onChange={(next) => setLanguage(next === 'de' ? 'de' : 'en')}>
            <Tabs.List aria-label={t('terms.languages')}>
              {TERMS_LANGUAGES.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {t(`terms.language.${each}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {TERMS_LANGUAGES.map((each) => (
              <Tabs.Panel key={each} value={each} pt="md">
                <TermsFields
                  language={each}
                  text={draft.texts[each]}
                  errors={errors}
                  onChange={(text) => change({ texts: { ...draft.texts, [each]: text } })}
                />
              </Tabs.Panel>
            ))}
          </Tabs>
          {written.length > 1 && (
            <NativeSelect
              label={t('terms.fallback')}
              description={t('terms.fallbackHint')}
              maw={480}
              value={draft.fallback}
              data={TERMS_LANGUAGES.map((value) => ({
                value,
                label: t(`terms.language.${value}`),
              }))}
              onChange={(event) =>
                change({ fallback: oneOf(TERMS_LANGUAGES, event.currentTarget.value) ?? 'en' })
              }
            />
          )}
        </fieldset>
      </Panel>
      <TermsPreview language={language} text={draft.texts[language]} />
      {save.error && <ProblemNotice error={save.error} />}
      {mayConfigure && (
        <Group gap="sm">
          <Button type="submit" disabled={!isDirty} loading={save.isPending}>
            {t('frame:action.save')}
          </Button>
          {isDirty && (
            <Button variant="default" onClick={() => setDraft(toDraft(page))}>
              {t('rules.discard')}
            </Button>
          )}
          {isNewVersion(draft, page) && (
            <span className="soft">{t('terms.newVersion', { version: page.version + 1 })}</span>
          )}
        </Group>
      )}
      <LeaveGuard isDirty={isDirty} />
    </form>
  )
}
