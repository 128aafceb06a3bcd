import type { DeviceDetail } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ObjectSkeleton } from '../directory/ObjectSkeleton.tsx'
import { ObjectTabs } from '../directory/ObjectTabs.tsx'
import { Ago } from '../frame/Ago.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useOrg, usePageTitle, useParam } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { DeviceAttempts } from './DeviceAttempts.tsx'
import { DeviceCertificates } from './DeviceCertificates.tsx'
import { DeviceFields } from './DeviceFields.tsx'
import { DeviceUser, modelOf } from './DeviceList.tsx'
import { DEVICE_TONES } from './tones.ts'

/** One device: what it is, whose it is, how it came here, and with what it proves who it is. */
export function DeviceScreen() {
  const { t } = useTranslation('devices')
  const org = useOrg()
  const id = useParam('device')
  const device = useQuery(ask('getDevice', { params: { org, device: id } }))
  usePageTitle(device.data?.name ?? t('device.title'))
  const above = <PageLink href={paths.devices(org)}>{t('title')}</PageLink>
  return (
    <Loaded query={device} skeleton={<ObjectSkeleton title={t('device.title')} above={above} />}>
      {(data) => (
        <>
          <PageHeader
            title={data.name}
            above={above}
            tag={<StateTag tone={DEVICE_TONES[data.state]} label={t(`state.${data.state}`)} />}
            sentence={
              <>
                <div>
                  {modelOf(data) && `${modelOf(data)} · `}
                  <DeviceUser user={data.user} org={org} inText />
                </div>
                <DeviceSentence device={data} />
              </>
            }
          />
          <ObjectTabs
            tabs={[
              {
                id: 'details',
                label: t('device.details'),
                content: <DeviceFields device={data} org={org} />,
              },
              {
                id: 'certificates',
                label: t('device.certificates'),
                content: <DeviceCertificates device={data} org={org} />,
              },
              {
                id: 'enrolment',
                label: t('device.attempts'),
                content: <DeviceAttempts device={data} org={org} />,
              },
            ]}
          />
        </>
      )}
    </Loaded>
  )
}

/** How it stands, and since when. */
function DeviceSentence({ device }: { device: DeviceDetail }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const { state, enrolledAt, lastSeenAt } = device
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
