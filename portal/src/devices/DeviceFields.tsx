import type { DeviceDetail } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { CopyCode } from '../frame/Copy.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { DeviceStanding } from './DeviceStanding.tsx'
import { DeviceUser, systemOf } from './device-words.tsx'
import { Edition } from './FactValue.tsx'

type Props = { device: DeviceDetail; org: string }

/** What is known of a device: of itself, of its enrolment, and what Windows said when it came. */
export function DeviceFields({ device, org }: Props) {
  const { t } = useTranslation('devices')
  const { dateTime, number } = useFormats()
  return (
    <div className="stack">
      <DeviceStanding device={device} org={org} />
      <Panel title={t('part.identity')}>
        <Facts
          facts={[
            { name: t('field.user'), value: <Owner device={device} org={org} /> },
            { name: t('field.ownership'), value: t(`ownership.${device.ownership}`) },
            { name: t('field.manufacturer'), value: device.manufacturer },
            { name: t('field.model'), value: device.model },
            {
              name: t('field.serialNumber'),
              value: <Id of={device.serialNumber} as="serialNumber" />,
            },
            { name: t('field.system'), value: systemOf(device) },
            { name: t('field.edition'), value: <Edition number={device.edition} /> },
            { name: t('field.locale'), value: device.locale },
          ]}
        />
      </Panel>
      <Panel title={t('part.enrolment')}>
        <Facts
          facts={[
            { name: t('field.enrolledAt'), value: dateTime(device.enrolledAt) },
            { name: t('field.firstEnrolledAt'), value: dateTime(device.firstEnrolledAt) },
            { name: t('field.enrolments'), value: number(device.enrolments) },
            { name: t('field.group'), value: device.group },
            { name: t('field.scope'), value: t(`scope.${device.scope}`) },
            { name: t('field.id'), value: <Id of={device.id} as="id" /> },
            {
              name: t('field.entraDeviceId'),
              value: <Id of={device.entraDeviceId} as="entraDeviceId" />,
            },
            {
              name: t('field.mdmDeviceId'),
              value: <Id of={device.mdmDeviceId || null} as="mdmDeviceId" />,
            },
            { name: t('field.hardwareId'), value: <Id of={device.hardwareId} as="hardwareId" /> },
          ]}
        />
      </Panel>
      <Context context={device.context} />
    </div>
  )
}

function Owner({ device, org }: Props) {
  const { t } = useTranslation('devices')
  const { user } = device
  const others = user?.id ?? user?.entraId
  return (
    <>
      <DeviceUser user={user} org={org} />
      {others && (
        <PageLink href={`${paths.devices(org)}?user=${encodeURIComponent(others)}`}>
          ({t('device.theirDevices')})
        </PageLink>
      )}
    </>
  )
}

type IdField = 'serialNumber' | 'id' | 'entraDeviceId' | 'mdmDeviceId' | 'hardwareId'

function Id({ of, as }: { of: string | null; as: IdField }) {
  const { t } = useTranslation('devices')
  if (of === null) return <span className="soft">–</span>
  return <CopyCode value={of} what={t(`field.${as}`)} />
}

/** By Windows' own names: it is looked up in Microsoft's documents. */
function Context({ context }: { context: DeviceDetail['context'] }) {
  const { t } = useTranslation('devices')
  const facts = Object.entries(context)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => ({
      name,
      value: <code className="mono">{values.join(', ')}</code>,
    }))
  if (facts.length === 0) return null
  return (
    <Panel title={t('part.context')} hint={t('part.contextHint')}>
      <Facts facts={facts} />
    </Panel>
  )
}
