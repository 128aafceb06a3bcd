import { Button } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { openAtProvider, WindowBlocked } from '../frame/side-window.ts'
import { Notice } from '../ui/Notice.tsx'
import { Panel } from '../ui/Panel.tsx'

/** A real sign-in that signs nobody in and shows everything. */
export function TestSignIn({ org }: { org: string }) {
  const { t } = useTranslation('single-sign-on')
  const start = useMutation({
    mutationFn: () =>
      openAtProvider(
        'mooring-sign-in-test',
        () => call('startSignInTest', { params: { org } }),
        'large',
      ),
  })
  return (
    <Panel title={t('test.title')} hint={t('test.hint')}>
      <div className="stack">
        {start.error instanceof WindowBlocked ? (
          <Notice tone="wrong" role="alert" title={t('test.blocked')}>
            <p>{t('test.blockedText')}</p>
          </Notice>
        ) : (
          start.error && <ProblemNotice error={start.error} />
        )}
        {start.data && (
          <Notice
            tone="busy"
            role="status"
            title={t('test.running')}
            actions={
              <ButtonLink
                href={paths.signInTest(org, start.data.attempt)}
                size="xs"
                variant="default"
              >
                {t('test.showHere')}
              </ButtonLink>
            }
          >
            <p>{t('test.runningText')}</p>
          </Notice>
        )}
        <div>
          <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>
            {t('test.start')}
          </Button>
        </div>
      </div>
    </Panel>
  )
}
