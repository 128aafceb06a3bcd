import { Anchor, Loader } from '@mantine/core'
import type { SettingsPreview } from '@mooring/contract/directory'
import { paths } from '@mooring/contract/paths'
import { IconExternalLink } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { TroubleNotice } from '../frame/TroubleNotice.tsx'
import { useFormats } from '../language/format.ts'
import { isUnderWay } from '../sync/run-tone.ts'
import { useWatchedRun } from '../sync/use-watched-run.ts'
import { Notice } from '../ui/Notice.tsx'
import { effectsOf } from './preview-effects.ts'
import classes from './SyncSettings.module.css'

type Props = { org: string; preview: SettingsPreview }

/** The numbers of a preview, what they leave out, and whether the brake would hold it. */
export function PreviewEffects({ org, preview }: Props) {
  const { t } = useTranslation(['sync-settings', 'frame'])
  const { number } = useFormats()
  const run = useWatchedRun(org, preview.run.id).data ?? preview.run
  if (isUnderWay(run)) return <Loader size={16} aria-label={t('review.working')} />
  if (run.state === 'failed' && run.problem) {
    return <TroubleNotice trouble={run.problem} tone="wrong" />
  }
  const effects = effectsOf(run.counts)
  return (
    <>
      {effects.length === 0 ? (
        <div style={{ fontWeight: 600 }}>{t('review.nothing')}</div>
      ) : (
        <table className={classes['effects']} aria-label={t('review.effects')}>
          <tbody>
            {effects.map(([kind, count]) => (
              <tr key={kind}>
                <td>{number(count)}</td>
                <th scope="row">{t(`review.${kind}`)}</th>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {effects.length > 0 && (
        // In a tab of its own: what is not saved yet stays as it is.
        <Anchor href={paths.syncRun(org, run.id)} target="_blank" rel="noopener">
          {t('review.browse')}
          <IconExternalLink
            size={14}
            aria-hidden
            style={{ marginLeft: 4, verticalAlign: '-2px' }}
          />{' '}
          <span className="visually-hidden">{t('frame:link.newTab')}</span>
        </Anchor>
      )}
      {run.holds.length > 0 && (
        <Notice tone="attention" title={t('review.held')}>
          {run.holds.map((hold) => (
            <p key={`${hold.code} ${hold.detail}`}>{hold.detail}</p>
          ))}
          <p>{t('review.heldText')}</p>
        </Notice>
      )}
      {preview.needsFullRead && (
        <Notice tone="info" title={t('review.fullRead')}>
          <p>{t('review.fullReadText')}</p>
        </Notice>
      )}
    </>
  )
}
