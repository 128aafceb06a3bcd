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

const isUnderWay = (run: SyncRun) => run.state === 'running' || run.state === 'queued'
const isHeld = (run: SyncRun) => run.state === 'held'
/** A dry run or a preview may be newer than the run that matters. */
const LOOKED_AT = 5

/** What is running now, or waits for a decision. Quiet: otherwise nothing is shown. */
export function RunIndicator() {
  const { t } = useTranslation()
  const formats = useFormats()
  const org = useKnownOrg()
  const mayRead = useMay('directory.read')
  const { data } = useQuery({
    ...ask('listSyncRuns', { params: { org }, query: { limit: LOOKED_AT } }),
    enabled: mayRead && org !== '',
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? 2_000 : 20_000),
  })
  const run = data?.items.find(isUnderWay) ?? data?.items.find(isHeld)
  if (!run) return null
  const word = t(`running.${isHeld(run) ? 'held' : run.progress.phase}`)
  return (
    <Link to={paths.syncRun(org, run.id)} className={classes['run']} data-state={run.state}>
      <span className={classes['dot']} aria-hidden />
      <span className={classes['text']}>{word}</span>
      {isUnderWay(run) && run.progress.objects > 0 && (
        <span className={classes['count']}>{formats.number(run.progress.objects)}</span>
      )}
    </Link>
  )
}
