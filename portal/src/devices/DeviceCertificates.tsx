import { Button } from '@mantine/core'
import type { DeviceCertificate } from '@mooring/contract/certificates'
import type { DeviceDetail } from '@mooring/contract/devices'
import { IconCertificate } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyCode } from '../frame/Copy.tsx'
import { Loaded } from '../frame/Loaded.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import classes from './DeviceCertificates.module.css'
import { RevokeDialog } from './RevokeDialog.tsx'
import { CERTIFICATE_TONES } from './tones.ts'

type Props = { device: DeviceDetail; org: string }

/** Every certificate a device has had, the present one first. */
export function DeviceCertificates({ device, org }: Props) {
  const { t } = useTranslation('devices')
  const [leaving, setLeaving] = useState<DeviceCertificate>()
  const certificates = useQuery(
    ask('listDeviceCertificates', { params: { org, device: device.id } }),
  )
  const list = (items: readonly DeviceCertificate[] | undefined) => (
    <CertificateList certificates={items} onRevoke={setLeaving} />
  )
  return (
    <>
      <Loaded query={certificates} skeleton={<Panel flush>{list(undefined)}</Panel>}>
        {({ items }) => (
          <Panel flush>
            {items.length === 0 ? (
              <Empty
                icon={<IconCertificate size={24} />}
                title={t('certificate.none')}
                text={t('certificate.noneText')}
              />
            ) : (
              list(items)
            )}
          </Panel>
        )}
      </Loaded>
      {leaving && (
        <RevokeDialog
          org={org}
          device={device}
          certificate={leaving}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  )
}

type ListProps = {
  certificates: readonly DeviceCertificate[] | undefined
  onRevoke: (certificate: DeviceCertificate) => void
}

function CertificateList({ certificates, onRevoke }: ListProps) {
  const { t } = useTranslation('devices')
  const { date, dateTime } = useFormats()
  const mayRevoke = useMay('certificates.manage')
  const columns: Column<DeviceCertificate>[] = [
    {
      id: 'thumbprint',
      head: t('certificate.thumbprint'),
      narrow: 'first',
      width: '40%',
      cell: ({ thumbprint }) => (
        <span className={classes['whole']}>
          <CopyCode value={thumbprint} what={t('certificate.thumbprint')} />
        </span>
      ),
    },
    {
      id: 'valid',
      head: t('certificate.valid'),
      narrow: 'second',
      cell: ({ notBefore, notAfter }) => `${date(notBefore)} – ${date(notAfter)}`,
    },
    {
      id: 'used',
      head: t('certificate.firstUsed'),
      from: 'medium',
      cell: ({ firstUsedAt }) =>
        firstUsedAt ? (
          dateTime(firstUsedAt)
        ) : (
          <span className="soft">{t('certificate.never')}</span>
        ),
    },
    {
      id: 'state',
      head: t('field.state'),
      narrow: 'below',
      cell: (certificate) => <CertificateState certificate={certificate} />,
    },
    {
      id: 'actions',
      head: t('certificate.actions'),
      narrow: 'below',
      numeric: true,
      cell: (certificate) =>
        mayRevoke &&
        certificate.state === 'valid' && (
          <Button
            variant="subtle"
            color="red"
            size="compact-sm"
            aria-label={t('certificate.revokeNamed', { thumbprint: certificate.thumbprint })}
            onClick={() => onRevoke(certificate)}
          >
            {t('certificate.revoke')}
          </Button>
        ),
    },
  ]
  return (
    <ItemList
      label={t('device.certificates')}
      columns={columns}
      items={certificates}
      keyOf={({ id }) => id}
      expected={2}
    />
  )
}

function CertificateState({ certificate }: { certificate: DeviceCertificate }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const { state, revokedAt, revocationReason } = certificate
  return (
    <div>
      <StateTag size="sm" tone={CERTIFICATE_TONES[state]} label={t(`certificateState.${state}`)} />
      {state === 'revoked' && revokedAt && revocationReason && (
        <div className="soft">
          {t(`revocation.${revocationReason}`)} · {dateTime(revokedAt)}
        </div>
      )}
    </div>
  )
}
