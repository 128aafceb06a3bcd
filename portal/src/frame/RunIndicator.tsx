import type { SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { useKnownOrg } from './known-org.ts'
import classes from './RunIndicator.module.css'

const isUnderWay = (run: SyncRun | undefined) => run?.state === 'running' || run?.state === 'queued'

/** What is running now. Quiet: nothing is shown while nothing runs. */
export function RunIndicator() {
  const { t } = useTranslation()
  const formats = useFormats()
  const org = useKnownOrg()
  const mayRead = useMay('directory.read')
  const { data } = useQuery({
    ...ask('listSyncRuns', { params: { org }, query: { limit: 1 } }),
    enabled: mayRead && org !== '',
    refetchInterval: (query) => (isUnderWay(query.state.data?.items[0]) ? 2_000 : 20_000),
  })
  const run = data?.items[0]
  if (!run || !isUnderWay(run)) return null
  return (
    <Link to={paths.syncRun(org, run.id)} className={classes['run']}>
      <span className={classes['dot']} aria-hidden />
      <span className={classes['text']}>{t(`running.${run.progress.phase}`)}</span>
      {run.progress.objects > 0 && (
        <span className={classes['count']}>{formats.number(run.progress.objects)}</span>
      )}
    </Link>
  )
}
