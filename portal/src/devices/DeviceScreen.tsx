import type { DeviceDetail } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DeviceCompliance } from '../compliance/DeviceCompliance.tsx'
import { ObjectSkeleton } from '../directory/ObjectSkeleton.tsx'
import { ObjectTabs } from '../directory/ObjectTabs.tsx'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { LossNotice } from '../my-devices/LossNotice.tsx'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { WipeButton } from '../wipes/WipeButton.tsx'
import { DeviceActions } from './DeviceActions.tsx'
import { DeviceApps } from './DeviceApps.tsx'
import { DeviceAttempts } from './DeviceAttempts.tsx'
import { DeviceCertificates } from './DeviceCertificates.tsx'
import { DeviceCommands } from './DeviceCommands.tsx'
import { DeviceExperts } from './DeviceExperts.tsx'
import { DeviceFields } from './DeviceFields.tsx'
import { DeviceHardware } from './DeviceHardware.tsx'
import { DeviceHistory } from './DeviceHistory.tsx'
import { DeviceSecurity } from './DeviceSecurity.tsx'
import { DeviceUser, modelOf } from './device-words.tsx'
import { GivenToast } from './GivenToast.tsx'
import { LIVE_POLL_MS, LiveDevice, useIsLive } from './LiveDevice.tsx'
import { lastHeard } from './read-fact.ts'
import { DEVICE_TONES } from './tones.ts'
import { useFacts } from './use-facts.ts'
import { type Giving, useGiveCommand } from './use-give-command.ts'

/** Where nothing is heard, when it last came is seen soon. */
const POLL_MS = 15_000

/** One device: what it is, whose it is, whether it is safe, and what it was told. */
export function DeviceScreen() {
  const org = useOrg()
  const id = useParam('device')
  return (
    <LiveDevice key={id} org={org} device={id}>
      <DevicePage org={org} id={id} />
    </LiveDevice>
  )
}

function DevicePage({ org, id }: { org: string; id: string }) {
  const { t } = useTranslation('devices')
  const isLive = useIsLive()
  const device = useQuery({
    ...ask('getDevice', { params: { org, device: id } }),
    refetchInterval: isLive ? LIVE_POLL_MS : POLL_MS,
  })
  const giving = useGiveCommand(org, id)
  usePageTitle(device.data?.name ?? t('device.title'))
  const above = <PageLink href={paths.devices(org)}>{t('title')}</PageLink>
  return (
    <Loaded query={device} skeleton={<ObjectSkeleton title={t('device.title')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={data.name}
            above={above}
            actions={
              <>
                <DeviceActions device={data} giving={giving} />
                <WipeButton device={data} org={org} />
              </>
            }
            tag={<StateTag tone={DEVICE_TONES[data.state]} label={t(`state.${data.state}`)} />}
            sentence={
              <>
                <div>
                  {modelOf(data) && `${modelOf(data)} · `}
                  <DeviceUser user={data.user} org={org} inText />
                </div>
                <DeviceSentence device={data} org={org} />
              </>
            }
          />
          <LossNotice device={data} org={org} />
          <DeviceTabs device={data} org={org} giving={giving} />
          {giving.data && (
            <GivenToast
              key={giving.data.id}
              command={giving.data}
              device={data.name}
              onClose={giving.reset}
            />
          )}
        </>
      )}
    </Loaded>
  )
}

type TabsProps = { device: DeviceDetail; org: string; giving: Giving }

function DeviceTabs({ device, org, giving }: TabsProps) {
  const { t } = useTranslation('devices')
  const { id } = device
  return (
    <ObjectTabs
      tabs={[
        {
          id: 'summary',
          label: t('device.summary'),
          content: <DeviceFields device={device} org={org} />,
        },
        {
          id: 'hardware',
          label: t('device.hardware'),
          content: <DeviceHardware device={id} org={org} />,
        },
        {
          id: 'security',
          label: t('device.security'),
          content: <DeviceSecurity device={id} org={org} />,
        },
        {
          id: 'apps',
          label: t('device.apps'),
          content: <DeviceApps device={id} org={org} />,
        },
        {
          id: 'compliance',
          label: t('device.compliance'),
          content: <DeviceCompliance device={id} org={org} />,
        },
        {
          id: 'commands',
          label: t('device.commands'),
          content: <DeviceCommands device={id} org={org} />,
        },
        {
          id: 'history',
          label: t('device.history'),
          content: <DeviceHistory device={id} org={org} />,
        },
        {
          id: 'certificates',
          label: t('device.certificates'),
          content: <DeviceCertificates device={device} org={org} />,
        },
        {
          id: 'enrolment',
          label: t('device.attempts'),
          content: <DeviceAttempts device={device} org={org} />,
        },
        {
          id: 'experts',
          label: t('device.experts'),
          content: <DeviceExperts device={device} org={org} giving={giving} />,
        },
      ]}
    />
  )
}

/** How it stands, and since when. */
function DeviceSentence({ device, org }: { device: DeviceDetail; org: string }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const { id, state, enrolledAt } = device
  const facts = useFacts(org, id)
  const lastSeenAt = lastHeard(device.lastSeenAt, facts.data?.items ?? [])
  return (
    <div>
      {t(`device.sentence.${state}`, { time: dateTime(enrolledAt) })}{' '}
      {lastSeenAt ? (
        <>
          {t('device.seen')} <Ago instant={lastSeenAt} />.
        </>
      ) : (
        t('device.neverSeen')
      )}
    </div>
  )
}
