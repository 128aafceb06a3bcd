import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { Ago } from '../frame/Ago.tsx'
import { CheckList } from '../frame/CheckList.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'

const TONES = { ok: 'ok', warning: 'attention', failed: 'wrong' } as const

/** Asks the provider now whether all is as it should be. */
export function ProviderCheck({ org }: { org: string }) {
  const { t } = useTranslation('single-sign-on')
  const check = useMutation({ mutationFn: () => call('checkProvider', { params: { org } }) })
  const report = check.data
  return (
    <Panel
      title={t('check.title')}
      hint={t('check.hint')}
      flush={report !== undefined}
      action={
        <Button
          variant="default"
          size="xs"
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t(report ? 'check.again' : 'check.now')}
        </Button>
      }
    >
      {check.error && <ProblemNotice error={check.error} />}
      <div role="status" style={report ? { padding: '12px 16px 0' } : undefined}>
        {report ? (
          <>
            <StateTag tone={TONES[report.state]} label={t(`check.${report.state}`)} />{' '}
            <Ago instant={report.checkedAt} />
          </>
        ) : (
          !check.error && <span className="soft">{t('check.never')}</span>
        )}
      </div>
      {report && <CheckList checks={report.checks} />}
    </Panel>
  )
}
