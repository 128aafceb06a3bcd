import { Button, Group, PasswordInput, Stack, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { fieldError, isToldAtFields } from '../frame/field-errors.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ask } from '../query.ts'
import { Panel } from '../ui/Panel.tsx'

const PARTS = ['certificate', 'privateKey', 'root'] as const
const NOTHING = { certificate: '', privateKey: '', root: '', passphrase: '' }

/** An issuing authority that an organization has already, with its key. */
export function ImportAuthority({ org, isFirst }: { org: string; isFirst: boolean }) {
  const { t } = useTranslation(['enrolment', 'frame'])
  const queryClient = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [given, setGiven] = useState(NOTHING)
  const bring = useMutation({
    mutationFn: () => {
      const { certificate, privateKey, root, passphrase } = given
      const body = {
        certificate,
        privateKey,
        ...(root.trim() === '' ? {} : { root }),
        ...(passphrase === '' ? {} : { passphrase }),
      }
      return call('importCertificateAuthority', { params: { org }, body })
    },
    onSuccess: (authorities) => {
      // The key stays in no page.
      setGiven(NOTHING)
      setOpen(false)
      const { queryKey } = ask('listCertificateAuthorities', { params: { org } })
      queryClient.setQueryData(queryKey, authorities)
    },
  })
  const { error } = bring
  const submit = (event: FormEvent) => {
    event.preventDefault()
    bring.mutate()
  }
  return (
    <Panel
      title={t('import.title')}
      hint={t(isFirst ? 'import.hintFirst' : 'import.hint')}
      action={
        !isOpen && (
          <Button variant="default" size="xs" onClick={() => setOpen(true)}>
            {t('import.open')}
          </Button>
        )
      }
    >
      {isOpen ? (
        <form onSubmit={submit}>
          <Stack gap="md" maw={640}>
            {error && !isToldAtFields(error, [...PARTS, 'passphrase']) && (
              <ProblemNotice error={error} />
            )}
            {PARTS.map((part) => (
              <Textarea
                key={part}
                label={t(`import.${part}`)}
                description={t(`import.${part}Hint`)}
                placeholder="-----BEGIN …"
                autosize
                minRows={3}
                maxRows={8}
                required={part !== 'root'}
                withAsterisk={false}
                autoComplete="off"
                spellCheck={false}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                value={given[part]}
                error={fieldError(error, part)}
                onChange={(event) => setGiven({ ...given, [part]: event.currentTarget.value })}
              />
            ))}
            <PasswordInput
              label={t('import.passphrase')}
              description={t('import.passphraseHint')}
              autoComplete="off"
              value={given.passphrase}
              error={fieldError(error, 'passphrase')}
              onChange={(event) => setGiven({ ...given, passphrase: event.currentTarget.value })}
            />
            <Group gap="xs">
              <Button type="submit" loading={bring.isPending}>
                {t('import.action')}
              </Button>
              <Button
                variant="default"
                onClick={() => {
                  setGiven(NOTHING)
                  setOpen(false)
                }}
              >
                {t('frame:action.cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <div className="soft">{t('import.needs')}</div>
      )}
    </Panel>
  )
}
