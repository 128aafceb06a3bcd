import { Button } from '@mantine/core'
import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { paths } from '@mooring/contract/paths'
import { IconQrcode } from '@tabler/icons-react'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { hrefOf } from '../api.ts'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ButtonLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { useMarks } from '../frame/use-marks.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { AttemptFilters } from './AttemptFilters.tsx'
import { AttemptList } from './AttemptList.tsx'
import {
  isRefined,
  NO_ATTEMPT_FILTER,
  readAttemptSearch,
  toAttemptQuery,
} from './attempt-search.ts'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { RulesSentence } from './RulesSentence.tsx'

const PAGE_SIZE = 30
/** Whoever stands beside a device wants to see each step as it is taken, also where nothing is heard. */
const POLL_MS = { heard: 30_000, unheard: 1_000 }

/** Every attempt to enrol a device, as it happens. */
export function AttemptsScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const [address, change] = usePageSearch()
  const asked = readAttemptSearch(address)
  usePageTitle(t('attempts.title'))
  const queryClient = useQueryClient()
  const isHeard = useMarks(
    hrefOf('watchEnrolmentAttempts', { org }),
    () => void queryClient.invalidateQueries({ queryKey: ['listEnrolmentAttempts'] }),
  )
  const attempts = useQuery({
    ...ask('listEnrolmentAttempts', {
      params: { org },
      query: { ...toAttemptQuery(asked), limit: PAGE_SIZE },
    }),
    placeholderData: keepPreviousData,
    // Older pages do not move.
    refetchInterval: asked.cursor ? false : POLL_MS[isHeard ? 'heard' : 'unheard'],
  })
  const settings = useQuery(ask('getEnrolmentSettings', { params: { org } }))
  const refine = (patch: Record<string, string | undefined>) =>
    change({ ...patch, cursor: undefined }, 'replace')
  const list = (items: readonly EnrolmentAttempt[] | undefined) => (
    <AttemptList attempts={items} org={org} />
  )
  return (
    <>
      <EnrolmentTabs at="enrolment" />
      <PageHeader
        title={t('attempts.title')}
        sentence={
          <>
            {settings.data && <RulesSentence settings={settings.data} />} {t('attempts.about')}
          </>
        }
      />
      <AttemptFilters asked={asked} onRefine={refine} />
      <Loaded query={attempts} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {(page) => (
          <Panel flush>
            {page.items.length === 0 ? (
              <NoAttempts
                isRefined={isRefined(asked)}
                org={org}
                onClear={() => refine({ ...NO_ATTEMPT_FILTER })}
              />
            ) : (
              list(page.items)
            )}
            <Pager nextCursor={page.nextCursor} />
            {!asked.cursor && <Announcement attempt={page.items[0]} />}
          </Panel>
        )}
      </Loaded>
    </>
  )
}

/** How the newest attempt stands, told to those who listen when it changes. */
function Announcement({ attempt }: { attempt: EnrolmentAttempt | undefined }) {
  const { t } = useTranslation('enrolment')
  const name = attempt?.device.name ?? attempt?.user?.name ?? t('attempt.unknown')
  return (
    <div role="status" className="visually-hidden">
      {attempt && t('attempts.newest', { name, outcome: t(`outcome.${attempt.outcome}`) })}
    </div>
  )
}

type NoneProps = { isRefined: boolean; org: string; onClear: () => void }

function NoAttempts({ isRefined: isSearch, org, onClear }: NoneProps) {
  const { t } = useTranslation('enrolment')
  const mayConnect = useMay('connection.read')
  const icon = <IconQrcode size={24} />
  if (isSearch) {
    return (
      <Empty
        icon={icon}
        title={t('attempts.noMatch')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('filter.clear')}
          </Button>
        }
      />
    )
  }
  return (
    <Empty
      icon={icon}
      title={t('attempts.none')}
      text={t('attempts.noneText')}
      action={mayConnect && <ButtonLink href={paths.guide(org)}>{t('attempts.guide')}</ButtonLink>}
    />
  )
}
