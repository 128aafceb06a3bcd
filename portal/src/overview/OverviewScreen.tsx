import { Skeleton } from '@mantine/core'
import type { Overview } from '@mooring/contract/overview'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import type { Tone } from '../ui/tone.ts'
import { AttentionList } from './AttentionList.tsx'
import { Connected } from './Connected.tsx'
import { Figures } from './Figures.tsx'
import { HeldRun } from './HeldRun.tsx'
import { LastRuns } from './LastRuns.tsx'
import { OverviewSkeleton } from './OverviewSkeleton.tsx'
import { Standing } from './Standing.tsx'
import { Welcome } from './Welcome.tsx'

const TONES = {
  notConnected: 'off',
  connecting: 'busy',
  well: 'ok',
  attention: 'attention',
  broken: 'wrong',
} satisfies Record<Overview['state'], Tone>

/** Is all well? */
export function OverviewScreen() {
  const { t } = useTranslation('overview')
  const { dateTime } = useFormats()
  const org = useOrg()
  const mayConnect = useMay('connection.write')
  const overview = useQuery({
    ...ask('getOverview', { params: { org } }),
    refetchInterval: (query) => (query.state.data?.state === 'connecting' ? 2_000 : 15_000),
  })
  usePageTitle(t('title'))
  const held = overview.data?.attention.find(({ code }) => code === 'syncHeld')
  return (
    <Loaded
      query={overview}
      skeleton={
        <>
          <PageHeader
            title={t('title')}
            sentence={<Skeleton height={16} my={2} width="min(440px, 100%)" />}
          />
          <OverviewSkeleton />
        </>
      }
    >
      {(data) => (
        <>
          <PageHeader
            title={t('title')}
            tag={<StateTag tone={TONES[data.state]} label={t(`state.${data.state}`)} />}
            sentence={
              <>
                {data.sentence}
                {data.since &&
                  data.state === 'well' &&
                  ` ${t('since', { time: dateTime(data.since) })}`}
              </>
            }
            actions={
              data.state === 'notConnected' &&
              data.lastRun !== null &&
              mayConnect && <ButtonLink href={paths.guide(org)}>{t('connect')}</ButtonLink>
            }
          />
          <div className="stack">
            {data.state === 'notConnected' && data.lastRun === null ? (
              <Welcome org={org} />
            ) : (
              <>
                {held && <HeldRun entry={held} />}
                <Figures overview={data} org={org} />
                <AttentionList entries={data.attention.filter((entry) => entry !== held)} />
                <Standing overview={data} org={org} />
                <Connected overview={data} org={org} />
                <LastRuns runs={data.recentRuns} org={org} />
              </>
            )}
          </div>
        </>
      )}
    </Loaded>
  )
}
