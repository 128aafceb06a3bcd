import type { OpenProblem } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { IconCircleCheck } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { Pager } from '../frame/Pager.tsx'
import { ask } from '../query.ts'
import { Empty } from '../ui/Empty.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { OpenProblemList } from './OpenProblemList.tsx'

export function OpenProblemsScreen() {
  const { t } = useTranslation('sync')
  const org = useOrg()
  const [{ cursor }] = usePageSearch()
  usePageTitle(t('open.title'))
  const problems = useQuery({
    ...ask('listOpenProblems', { params: { org }, query: { limit: 50, cursor } }),
    placeholderData: keepPreviousData,
  })
  const panel = (items: readonly OpenProblem[] | undefined) => <OpenProblemList problems={items} />
  return (
    <>
      <PageHeader
        title={t('open.title')}
        above={<PageLink href={paths.syncRuns(org)}>{t('runs.title')}</PageLink>}
        sentence={t('open.about')}
      />
      <Loaded query={problems} skeleton={<Panel flush>{panel(undefined)}</Panel>}>
        {(page) => (
          <Panel flush>
            {page.items.length === 0 && !cursor ? (
              <Empty
                icon={<IconCircleCheck size={24} />}
                title={t('open.none')}
                text={t('open.noneText')}
              />
            ) : (
              panel(page.items)
            )}
            <Pager nextCursor={page.nextCursor} />
          </Panel>
        )}
      </Loaded>
    </>
  )
}
