import { Button, Group, Stack, TextInput } from '@mantine/core'
import { looksLikeGuid } from '@mooring/contract/connection'
import type { Guide, GuidePatch } from '@mooring/contract/set-up'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePatchGuide } from './use-guide.ts'

const FIELDS = ['clientId', 'tenantId'] as const
type Field = (typeof FIELDS)[number]
const forget = (fields: readonly Field[]) =>
  Object.fromEntries(fields.map((field) => [field, undefined]))
const DRAFT_PATHS = ['draft.tenantId', 'draft.clientId']

/** The two IDs. What is entered is kept as a draft, so that somebody else may go on. */
export function IdsForm({ guide }: { guide: Guide }) {
  const { t } = useTranslation(['set-up', 'frame'])
  const mayWrite = useMay('connection.write')
  const patch = usePatchGuide()
  const kept = (field: Field) => guide.draft[field] ?? guide.connection?.[field] ?? ''
  const [texts, setTexts] = useState<Partial<Record<Field, string | undefined>>>({})
  const textOf = (field: Field) => texts[field] ?? kept(field)
  const isWrong = (field: Field) => textOf(field) !== '' && !looksLikeGuid(textOf(field))
  const isNew = (field: Field) => textOf(field).trim().toLowerCase() !== kept(field)
  const isChanged = FIELDS.some(isNew)
  const isReady = (field: Field) => mayWrite && isNew(field) && looksLikeGuid(textOf(field))

  const save = (fields: readonly Field[]) => {
    const draft: NonNullable<GuidePatch['draft']> = {}
    for (const field of fields) draft[field] = textOf(field).trim() || null
    patch.mutate(
      { draft },
      // What was typed into the other field meanwhile stays.
      { onSuccess: () => setTexts((before) => ({ ...before, ...forget(fields) })) },
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!FIELDS.some(isWrong)) save(FIELDS)
  }
  return (
    <Panel title={t('ids.title')} hint={t('ids.hint')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={480}>
          {patch.error && !isToldAtFields(patch.error, DRAFT_PATHS) && (
            <ProblemNotice error={patch.error} />
          )}
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              label={t(`ids.${field}`)}
              placeholder="00000000-0000-0000-0000-000000000000"
              classNames={{ input: 'mono' }}
              autoComplete="off"
              spellCheck={false}
              readOnly={!mayWrite}
              value={textOf(field)}
              error={isWrong(field) ? t('ids.notAGuid') : fieldError(patch.error, `draft.${field}`)}
              onBlur={() => isReady(field) && save([field])}
              onChange={(event) => {
                const { value } = event.currentTarget
                setTexts((before) => ({ ...before, [field]: value }))
              }}
            />
          ))}
          {guide.connection && isChanged && (
            <Notice tone="attention" title={t('ids.needsSecret')} />
          )}
          {mayWrite && (
            <Group gap="sm">
              <Button
                type="submit"
                disabled={!isChanged || FIELDS.some(isWrong)}
                loading={patch.isPending}
              >
                {t('frame:action.save')}
              </Button>
              <span role="status" className="soft">
                {patch.isSuccess && !isChanged ? t('saved') : ''}
              </span>
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  )
}
