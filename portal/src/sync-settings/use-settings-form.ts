import type { DirectorySettingsAnswer } from '@mooring/contract/directory'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError } from '../frame/field-errors.ts'
import { ask } from '../query.ts'
import { draftErrors } from './draft-errors.ts'
import { changedParts, type Draft, toDraft, toSettings } from './settings-draft.ts'

const ownTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** The form of the settings: what was loaded, what it is being made into, and what is wrong with it. */
export function useSettingsForm(org: string, settings: DirectorySettingsAnswer) {
  const { t } = useTranslation('sync-settings')
  const queryClient = useQueryClient()
  const [base, setBase] = useState(settings)
  const [draft, setDraft] = useState(() => toDraft(settings, ownTimeZone()))
  const [isChecked, setChecked] = useState(false)
  const parts = changedParts(toDraft(base, draft.timeZone), draft)
  const load = (fresh: DirectorySettingsAnswer) => {
    setBase(fresh)
    setDraft(toDraft(fresh, ownTimeZone()))
    setChecked(false)
  }
  // What somebody else saved is shown at once, unless it would wipe away what is being written here.
  const isElsewhere = settings.updatedAt !== base.updatedAt
  if (isElsewhere && parts.length === 0) load(settings)

  const preview = useMutation({
    mutationFn: () =>
      call('previewDirectorySettings', { params: { org }, body: toSettings(draft) }),
    onSuccess: ({ run }) => {
      const { queryKey } = ask('getSyncRun', { params: { org, run: run.id } })
      queryClient.setQueryData(queryKey, run)
    },
  })
  const save = useMutation({
    mutationFn: () => call('saveDirectorySettings', { params: { org }, body: toSettings(draft) }),
    onSuccess: async (saved) => {
      load(saved)
      queryClient.setQueryData(ask('getDirectorySettings', { params: { org } }).queryKey, saved)
      for (const name of ['listSyncRuns', 'getDirectoryStanding', 'getOverview']) {
        await queryClient.invalidateQueries({ queryKey: [name] })
      }
    },
  })
  const errors = draftErrors(draft)
  return {
    org,
    settings,
    draft,
    parts,
    preview,
    save,
    isElsewhere: isElsewhere && parts.length > 0,
    isWrong: isChecked && errors.size > 0,
    discard: () => {
      load(settings)
      preview.reset()
    },
    change: (patch: Partial<Draft>) => {
      setDraft((before) => ({ ...before, ...patch }))
      preview.reset()
      save.reset()
    },
    /** Whether the draft may be sent; from now on it says what is wrong with it. */
    check: () => {
      setChecked(true)
      return errors.size === 0
    },
    /** What is wrong with one field: as far as we see, or as the API said. */
    errorAt: (path: string): string | undefined => {
      const own = isChecked ? errors.get(path) : undefined
      if (own) return t(`error.${own.kind}`, 'from' in own ? { from: own.from, to: own.to } : {})
      return fieldError(preview.error ?? save.error, path)
    },
  }
}
export type SettingsForm = ReturnType<typeof useSettingsForm>
