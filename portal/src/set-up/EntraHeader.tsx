import { SegmentedControl } from '@mantine/core'
import type { Guide } from '@mooring/contract/set-up'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { usePageSearch } from '../frame/navigation.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { type EntraView, isSettled } from './step-view.ts'

const CHECK_TONES = { ok: 'ok', warning: 'attention', failed: 'wrong' } as const

export function EntraHeader({ guide, view }: { guide?: Guide; view?: EntraView }) {
  const { t } = useTranslation('set-up')
  const [, change] = usePageSearch()
  return (
    <PageHeader
      title={t('title')}
      above={<span className="soft">{t('where')}</span>}
      tag={
        guide?.connection &&
        guide.lastCheck && (
          <StateTag
            tone={CHECK_TONES[guide.lastCheck.state]}
            label={t(`health.${guide.lastCheck.state}`)}
          />
        )
      }
      sentence={guide && <Sentence guide={guide} />}
      actions={
        guide?.connection && (
          <SegmentedControl
            aria-label={t('view.label')}
            value={view?.kind === 'home' ? 'connection' : 'guide'}
            data={[
              { value: 'connection', label: t('view.connection') },
              { value: 'guide', label: t('view.guide') },
            ]}
            onChange={(next) => change({ view: next, step: undefined, track: undefined })}
          />
        )
      }
    />
  )
}

function Sentence({ guide }: { guide: Guide }) {
  const { t } = useTranslation('set-up')
  const { connection, lastCheck, steps, changed } = guide
  const done = steps.filter(isSettled).length
  const tenant = lastCheck?.tenantName ?? connection?.tenantId
  const kind = lastCheck?.state === 'failed' ? 'broken' : 'connected'
  const state = connection ? t(`sentence.${kind}`, { tenant }) : t('sentence.notConnected')
  return (
    <>
      {state}{' '}
      {!connection && steps.length > 0 && t('sentence.progress', { done, all: steps.length })}
      {connection && lastCheck && (
        <span className="nowrap">
          {t('sentence.checked')} <Ago instant={lastCheck.checkedAt} />.
        </span>
      )}{' '}
      {!connection && changed && (
        <span>
          {t('sentence.changed', { by: changed.by })} <Ago instant={changed.at} />.
        </span>
      )}
    </>
  )
}
