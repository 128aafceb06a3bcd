import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { EntraPanel } from './EntraPanel.tsx'
import { RulesPanel } from './RulesPanel.tsx'
import { VerdictList } from './VerdictList.tsx'

/** Verdicts turn by themselves. */
const POLL_MS = 30_000

/** How devices stand, what is asked of them, and whether Entra is told. */
export function ComplianceScreen() {
  const { t } = useTranslation('compliance')
  const { number } = useFormats()
  const org = useOrg()
  usePageTitle(t('title'))
  const summary = useQuery({
    ...ask('getComplianceSummary', { params: { org } }),
    refetchInterval: POLL_MS,
  })
  const rules = useQuery(ask('getComplianceRules', { params: { org } }))
  const settings = useQuery(ask('getComplianceSettings', { params: { org } }))
  const all = Object.values(summary.data?.devices ?? {}).reduce((sum, count) => sum + count, 0)
  return (
    <>
      <PageHeader
        title={t('title')}
        sentence={
          summary.data ? (
            t('sentence', {
              count: all,
              number: number(all),
              compliant: number(summary.data.devices.compliant),
            })
          ) : (
            <Skeleton height={20} width={280} />
          )
        }
      />
      <div className="stack">
        <VerdictList org={org} counts={summary.data?.devices} />
        {!summary.isLoadingError && (
          <>
            <Loaded query={rules} skeleton={<Skeleton height={160} radius={8} />}>
              {(asked) => (
                <RulesPanel org={org} rules={asked.rules} broken={summary.data?.rules ?? []} />
              )}
            </Loaded>
            <Loaded query={settings} skeleton={<Skeleton height={160} radius={8} />}>
              {(saved) => <EntraPanel key={JSON.stringify(saved)} org={org} saved={saved} />}
            </Loaded>
          </>
        )}
      </div>
    </>
  )
}
