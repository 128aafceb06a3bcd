import { Title } from '@mantine/core'
import type { MyDevice, OwnRequest } from '@mooring/contract/my-devices'
import { useTranslation } from 'react-i18next'
import { Ago } from '../frame/Ago.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './MyDevices.module.css'
import { OwnActs } from './OwnActs.tsx'
import { STANDING_TONES, viewOf } from './tones.ts'

/** One device: how it is doing and what to do, then what can be done, then the rest. */
export function MyDeviceCard({ device }: { device: MyDevice }) {
  const { t } = useTranslation('my-devices')
  const { dateTime } = useFormats()
  const { name, standing, lost, lastSeenAt } = device
  return (
    <>
      <div className={classes['head']}>
        <Title order={3} size="h4">
          {name}
        </Title>
        <StateTag tone={STANDING_TONES[standing]} label={t(`standing.${standing}`)} />
      </div>
      <p>{t(`sentence.${standing}`)}</p>
      {lost && (
        <p className="soft">{t('lostAt', { time: dateTime(lost.at), reason: lost.reason })}</p>
      )}
      <OwnActs device={device} />
      <Facts
        facts={[
          {
            name: t('lastSeen'),
            value: lastSeenAt ? <Ago instant={lastSeenAt} /> : t('neverSeen'),
          },
          { name: t('model'), value: device.model },
          { name: t('serialNumber'), value: device.serialNumber },
          { name: t('ownership'), value: t(`owner.${device.ownership}`) },
        ]}
      />
      <Requests requests={device.requests} />
    </>
  )
}

function Requests({ requests }: { requests: readonly OwnRequest[] }) {
  const { t } = useTranslation('my-devices')
  if (requests.length === 0) return null
  return (
    <div>
      <div className={classes['lately']}>{t('requests')}</div>
      <ul className={classes['requests']}>
        {requests.map((request, place) => (
          // They have no ids, and only grow at the top.
          // biome-ignore lint/suspicious/noArrayIndexKey: counted from the oldest, a place stays.
          <li key={requests.length - place} className={classes['request']}>
            <Request request={request} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Request({ request }: { request: OwnRequest }) {
  const { t } = useTranslation('my-devices')
  const { dateTime } = useFormats()
  const { state, tone } = viewOf(request)
  return (
    <>
      <strong>{t(`kind.${request.kind}`)}</strong>
      <StateTag size="sm" tone={tone} label={t(`state.${state}`)} />
      <span className="soft">
        {request.at ? t('byYou', { time: dateTime(request.at) }) : t('byAdministrators')}
      </span>
    </>
  )
}
