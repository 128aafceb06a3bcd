import type { EnrolmentSettings } from '@mooring/contract/enrolment'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ask } from '../query.ts'
import {
  draftErrors,
  isChanged,
  type RulesDraft,
  type RulesError,
  toDraft,
  toRules,
} from './rules-draft.ts'

/** The form of the rules: what is chosen, what is wrong, and saving it. */
export function useRulesForm(org: string, settings: EnrolmentSettings) {
  const { t } = useTranslation('enrolment')
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(() => toDraft(settings))
  const [isChecked, setChecked] = useState(false)
  const errors = draftErrors(draft)
  const save = useMutation({
    mutationFn: () => call('putEnrolmentSettings', { params: { org }, body: toRules(draft) }),
    onSuccess: (saved) =>
      queryClient.setQueryData(ask('getEnrolmentSettings', { params: { org } }).queryKey, saved),
  })
  return {
    org,
    draft,
    change: (patch: Partial<RulesDraft>) => setDraft((before) => ({ ...before, ...patch })),
    isChanged: isChanged(draft, settings),
    discard: () => {
      setDraft(toDraft(settings))
      setChecked(false)
      save.reset()
    },
    save,
    /** Saves, if nothing is wrong; from now on the form says what is. */
    submit: () => {
      setChecked(true)
      if (errors.size === 0) save.mutate()
      return errors.size === 0
    },
    errorAt: (field: RulesError) =>
      isChecked && errors.has(field) ? t(`rules.error.${field}`) : undefined,
  }
}
export type RulesFormState = ReturnType<typeof useRulesForm>
