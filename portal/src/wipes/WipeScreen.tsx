import { paths } from '@mooring/contract/paths'
import type { WipeDetail, WipeGuard } from '@mooring/contract/wipes'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ObjectSkeleton } from '../directory/ObjectSkeleton.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay, useSession } from '../sign-in/session.ts'
import { useEverySecond } from '../sync/use-every-second.ts'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { ApproveButton } from './ApproveButton.tsx'
import { FreezeButton } from './FreezeButton.tsx'
import { FrozenNotice } from './FrozenNotice.tsx'
import { TakeBackButton } from './TakeBackButton.tsx'
import { WIPE_TONES } from './tones.ts'
import { WipeDevices } from './WipeDevices.tsx'
import { WipeFacts } from './WipeFacts.tsx'
import { canTakeBack, leftOf } from './wipe-standing.ts'

const POLL_MS = 5_000

/** One request: for which devices, why, how far it is, and what is left to do. */
export function WipeScreen() {
  const { t } = useTranslation('wipes')
  const { dateTime, number } = useFormats()
  const org = useOrg()
  const id = useParam('wipe')
  const wipe = useQuery({
    ...ask('getWipe', { params: { org, wipe: id } }),
    refetchInterval: POLL_MS,
  })
  const guard = useQuery({
    ...ask('getWipeGuard', { params: { org } }),
    refetchInterval: POLL_MS,
  })
  const titleOf = ({ kind, deviceCount: count }: WipeDetail) =>
    t('detail.title', {
      kind: t(`kind.${kind}`),
      devices: t('devices', { count, number: number(count) }),
    })
  usePageTitle(wipe.data ? titleOf(wipe.data) : t('one'))
  const above = <PageLink href={paths.wipes(org)}>{t('title')}</PageLink>
  return (
    <Loaded query={wipe} skeleton={<ObjectSkeleton title={t('one')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={titleOf(data)}
            above={above}
            tag={<StateTag tone={WIPE_TONES[data.state]} label={t(`state.${data.state}`)} />}
            sentence={t('detail.asked', {
              name: data.requested.name,
              time: dateTime(data.requested.at),
            })}
            actions={<FreezeButton org={org} guard={guard.data} />}
          />
          <div className="stack">
            <FrozenNotice org={org} guard={guard.data} />
            <Left org={org} wipe={data} guard={guard.data} />
            <WipeFacts wipe={data} />
            <Panel title={t('detail.devices')} flush>
              <WipeDevices devices={data.devices} org={org} />
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  )
}

type LeftProps = { org: string; wipe: WipeDetail; guard: WipeGuard | undefined }

/** What is left to do, with the buttons that do it. */
function Left({ org, wipe, guard }: LeftProps) {
  const { t } = useTranslation('wipes')
  const { dateTime, number } = useFormats()
  const session = useSession()
  const mayWipe = useMay('devices.wipe')
  const mayManage = useMay('devices.manage')
  const isOwn = session?.account.id === wipe.requested.id
  const isFrozen = Boolean(guard?.frozen)
  const left = leftOf(wipe, { isOwn, mayWipe, isFrozen })
  const offersApproval = left.key === 'approve'
  const offersTakingBack = mayManage && canTakeBack(wipe)
  const isDone = left.key === 'done' || left.key === 'cancelled' || left.key === 'never'
  const isWrong = left.key === 'failed' || left.key === 'cancelledLate'
  return (
    <Notice
      tone={isWrong ? 'wrong' : isDone ? 'ok' : left.key === 'approve' ? 'attention' : 'info'}
      title={t('left.title')}
      actions={
        (offersApproval || offersTakingBack) && (
          <>
            {offersApproval && <ApproveButton org={org} wipe={wipe} guard={guard} />}
            {offersTakingBack && <TakeBackButton org={org} wipe={wipe} />}
          </>
        )
      }
    >
      <p>
        {'count' in left
          ? t(`left.${left.key}`, { count: left.count, number: number(left.count) })
          : t(`left.${left.key}`, { time: dateTime(wipe.holdUntil) })}{' '}
        {left.key === 'held' && <Countdown until={wipe.holdUntil} />}
      </p>
    </Notice>
  )
}

/** How long until then, second by second. */
function Countdown({ until }: { until: string }) {
  const { t } = useTranslation('wipes')
  const { duration } = useFormats()
  const leftMs = Date.parse(until) - useEverySecond(true)
  const whole = Math.ceil(leftMs / 1_000) * 1_000
  return (
    <strong>{leftMs > 0 ? t('detail.left', { left: duration(whole) }) : t('detail.over')}</strong>
  )
}
