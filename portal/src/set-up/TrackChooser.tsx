import { Button } from '@mantine/core'
import type { Guide } from '@mooring/contract/set-up'
import { IconCheck, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { usePageSearch } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { useMay } from '../sign-in/session.ts'
import classes from './TrackChooser.module.css'
import { usePatchGuide } from './use-guide.ts'

/** The two ways through the guide: what each brings, and what it needs. */
export function TrackChooser({ guide }: { guide: Guide }) {
  const { t } = useTranslation('set-up')
  const [, change] = usePageSearch()
  const mayWrite = useMay('connection.write')
  const patch = usePatchGuide()
  const choose = (track: Guide['tracks'][number]['id']) =>
    patch.mutate({ track }, { onSuccess: () => change({ track: undefined, step: undefined }) })
  return (
    <div className="stack">
      {patch.error && <ProblemNotice error={patch.error} />}
      <div>
        <h2 className={classes['question']}>{t('track.question')}</h2>
        <div className="soft">{t('track.hint')}</div>
      </div>
      <div className={classes['tracks']}>
        {guide.tracks.map((track) => (
          <section key={track.id} className={classes['track']} aria-label={track.title}>
            <h3 className={classes['title']}>{track.title}</h3>
            <div className={classes['kind']}>{t('track.brings')}</div>
            <ul className={classes['points']}>
              {track.brings.map((point) => (
                <li key={point}>
                  <IconPlus size={16} aria-hidden />
                  <span>{point}</span>
                </li>
              ))}
            </ul>
            <div className={classes['kind']}>{t('track.needs')}</div>
            <ul className={classes['points']}>
              {track.needs.map((point) => (
                <li key={point}>
                  <IconCheck size={16} aria-hidden />
                  <span>{point}</span>
                </li>
              ))}
            </ul>
            <div className={classes['foot']}>
              <span className="soft">{t('track.steps', { count: track.steps.length })}</span>
              <Button
                disabled={!mayWrite}
                variant={guide.track === track.id ? 'default' : 'filled'}
                loading={patch.isPending && patch.variables.track === track.id}
                onClick={() => choose(track.id)}
                aria-label={`${guide.track === track.id ? t('track.keep') : t('track.choose')}: ${track.title}`}
              >
                {guide.track === track.id ? t('track.keep') : t('track.choose')}
              </Button>
            </div>
          </section>
        ))}
      </div>
    </div>
  )
}
