import type { ChangedObject, SyncCounts, SyncRun } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './RunCounts.module.css'
import { isUnderWay, wasStopped } from './run-tone.ts'

const KINDS = ['created', 'updated', 'disabled', 'restored', 'removed', 'failed'] as const
type Kind = (typeof KINDS)[number]
const COLUMNS = ['users', 'groups', 'devices', 'memberships'] as const
type Column = (typeof COLUMNS)[number]
const OBJECTS = {
  users: 'user',
  groups: 'group',
  devices: 'device',
  memberships: 'membership',
} as const satisfies Record<Column, ChangedObject>

/** Memberships only come and go. */
function countOf(counts: SyncCounts, column: Column, kind: Kind): number | undefined {
  if (column !== 'memberships') return counts[column][kind]
  if (kind === 'created') return counts.memberships.added
  return kind === 'removed' ? counts.memberships.removed : undefined
}

function titleOf(run: SyncRun) {
  if (wasStopped(run)) return 'titleSoFar'
  return run.dryRun ? 'titleWould' : 'title'
}

/** What a run did, kind by kind; each number leads to the changes it counts. */
export function RunCounts({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  const hasDevices = KINDS.some((kind) => run.counts.devices[kind] > 0)
  const columns = COLUMNS.filter((column) => column !== 'devices' || hasDevices)
  // Of a held run the list has what it would do, the counts what it has done.
  const hasList = !isUnderWay(run) && !wasStopped(run)
  const page = paths.syncRun(org, run.id)
  const hrefOf = (column: Column, kind: Kind) => {
    if (kind === 'failed') return `${page}?tab=problems`
    const change = column === 'memberships' && kind === 'created' ? 'added' : kind
    return `${page}?object=${OBJECTS[column]}&change=${change}`
  }
  return (
    <Panel title={t(`counts.${titleOf(run)}`)} flush>
      <table className={classes['counts']}>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col" data-column={column}>
                {t(`counts.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{t(`counts.${kind}`)}</th>
              {columns.map((column) => (
                <Count
                  key={column}
                  column={column}
                  value={countOf(run.counts, column, kind)}
                  href={hasList ? hrefOf(column, kind) : undefined}
                  label={`${t(`counts.${kind}`)}, ${t(`counts.${column}`)}`}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes['memberships']}>
        {t('counts.membershipsLine', {
          added: number(run.counts.memberships.added),
          removed: number(run.counts.memberships.removed),
        })}
      </div>
    </Panel>
  )
}

type CountProps = {
  column: Column
  value: number | undefined
  href: string | undefined
  label: string
}

function Count({ column, value, href, label }: CountProps) {
  const { t } = useTranslation('sync')
  const { number } = useFormats()
  if (value === undefined) return <td data-column={column} />
  const text = number(value)
  return (
    <td data-column={column} data-zero={value === 0 ? true : undefined}>
      {value === 0 || !href ? (
        text
      ) : (
        <PageLink href={href} label={t('counts.show', { what: label, number: text })}>
          {text}
        </PageLink>
      )}
    </td>
  )
}
