import type { WipeDetail } from '@mooring/contract/wipes'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

/** Why, what it does, and who has said what to it. */
export function WipeFacts({ wipe }: { wipe: WipeDetail }) {
  const { t } = useTranslation('wipes')
  const { dateTime } = useFormats()
  const { kind, reason, beyond, state, holdUntil, approveUntil, approved, cancelled } = wipe
  const said = (name: string, person: WipeDetail['approved']) =>
    person
      ? [{ name, value: t('detail.by', { name: person.name, time: dateTime(person.at) }) }]
      : []
  const isAwaiting = state === 'awaitingApproval'
  return (
    <Panel title={t('detail.about')}>
      <Facts
        facts={[
          { name: t('detail.reason'), value: reason },
          { name: t('detail.kept'), value: t(`effect.${kind}`) },
          { name: t('detail.second'), value: t(`beyond.${beyond ?? 'null'}`) },
          ...(isAwaiting && approveUntil
            ? [{ name: t('detail.approveUntil'), value: dateTime(approveUntil) }]
            : []),
          // What waits for approval is on hold anew from then on; a single device may not be on hold at all.
          ...((state === 'held' || state === 'released') && holdUntil !== wipe.requested.at
            ? [{ name: t('detail.hold'), value: dateTime(holdUntil) }]
            : []),
          ...said(t('detail.approved'), approved),
          ...said(t('detail.cancelled'), cancelled),
          {
            name: t('detail.id'),
            value: (
              <>
                <code className="mono">{wipe.id}</code>{' '}
                <Copy value={wipe.id} what={t('detail.id')} />
              </>
            ),
          },
        ]}
      />
    </Panel>
  )
}
