import { Button } from '@mantine/core'
import type { ComplianceRule } from '@mooring/contract/compliance'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { RuleForm } from './RuleForm.tsx'

type Props = {
  org: string
  rules: readonly ComplianceRule[]
  broken: readonly { rule: string; devices: number }[]
}

/** What is asked of devices; whoever may changes it. */
export function RulesPanel({ org, rules, broken }: Props) {
  const { t } = useTranslation('compliance')
  const { number } = useFormats()
  const mayChange = useMay('compliance.configure')
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const save = useMutation({
    mutationFn: (next: readonly ComplianceRule[]) =>
      call('putComplianceRules', { params: { org }, body: { rules: [...next] } }),
    onSuccess: async () => {
      setAdding(false)
      await Promise.all(
        ['getComplianceRules', 'getComplianceSummary', 'listComplianceDevices'].map((name) =>
          queryClient.invalidateQueries({ queryKey: [name] }),
        ),
      )
    },
  })
  const counts = new Map(broken.map(({ rule, devices }) => [rule, devices]))
  const columns: Column<ComplianceRule>[] = [
    { id: 'rule', head: t('column.rule'), narrow: 'first', cell: (rule) => <Asked rule={rule} /> },
    {
      id: 'grace',
      head: t('column.grace'),
      narrow: 'second',
      cell: ({ graceDays }) =>
        graceDays === 0 ? t('rules.atOnce') : t('rules.days', { count: graceDays }),
    },
    {
      id: 'broken',
      head: t('column.breaking'),
      numeric: true,
      from: 'medium',
      cell: ({ id }) => number(counts.get(id) ?? 0),
    },
    ...(mayChange
      ? [
          {
            id: 'remove',
            head: t('column.actions'),
            narrow: 'below' as const,
            cell: ({ id, check }: ComplianceRule) => (
              <Button
                variant="subtle"
                size="compact-xs"
                color="red"
                disabled={save.isPending}
                aria-label={t('rules.removeOne', { rule: t(`check.${check.kind}`) })}
                onClick={() => save.mutate(rules.filter((rule) => rule.id !== id))}
              >
                {t('rules.remove')}
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <Panel
      title={t('rules.title')}
      hint={t('rules.hint')}
      flush={!isAdding && !save.error && rules.length > 0}
      action={
        mayChange &&
        !isAdding && (
          <Button variant="default" size="xs" onClick={() => setAdding(true)}>
            {t('rules.add')}
          </Button>
        )
      }
    >
      {save.error && <ProblemNotice error={save.error} />}
      {isAdding && (
        <RuleForm
          taken={rules.map(({ id }) => id)}
          isBusy={save.isPending}
          onSave={(rule) => save.mutate([...rules, rule])}
          onClose={() => setAdding(false)}
        />
      )}
      {rules.length === 0 ? (
        !isAdding && <p className="soft">{t('rules.none')}</p>
      ) : (
        <ItemList label={t('rules.title')} columns={columns} items={rules} keyOf={({ id }) => id} />
      )}
    </Panel>
  )
}

/** What a rule asks, with its measure. */
function Asked({ rule: { id, check } }: { rule: ComplianceRule }) {
  const { t } = useTranslation('compliance')
  const measure = (() => {
    switch (check.kind) {
      case 'signatures':
      case 'updates':
      case 'seen':
        return t('rules.within', { count: check.days })
      case 'build':
        return check.atLeast.join(', ')
      case 'password':
        return t('rules.characters', { count: check.length })
      case 'application':
        return `${check.name}: ${t(`mustBe.${check.mustBe}`)}`
      default:
        return undefined
    }
  })()
  return (
    <>
      <div>
        {t(`check.${check.kind}`)}
        {measure && `: ${measure}`}
      </div>
      <div className="soft mono">{id}</div>
    </>
  )
}
