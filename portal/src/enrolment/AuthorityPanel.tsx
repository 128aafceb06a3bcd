import { Button, Group } from '@mantine/core'
import type { CertificateAuthority } from '@mooring/contract/certificates'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { CopyCode } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { Bar } from '../ui/Bar.tsx'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { validityOf } from './authority-view.ts'
import classes from './Enrolment.module.css'
import { AUTHORITY_TONES } from './tones.ts'

/** One authority: its key, its time, and what proxies and auditors ask for. */
export function AuthorityPanel({ authority }: { authority: CertificateAuthority }) {
  const { t } = useTranslation('enrolment')
  const { date, dateTime, number } = useFormats()
  const { state, certificate, root, revocationListUrl } = authority
  const copied = (name: string, value: string) => ({
    name,
    value: <CopyCode value={value} what={name} />,
  })
  const moment = (name: string, instant: string | null) =>
    instant === null ? [] : [{ name, value: dateTime(instant) }]
  return (
    <Panel
      title={t(`authority.${state}`)}
      hint={t(`authority.${state}Hint`)}
      action={<StateTag tone={AUTHORITY_TONES[state]} label={t(`authorityState.${state}`)} />}
    >
      <div className={classes['fields']}>
        <Validity authority={authority} />
        <Facts
          facts={[
            { name: t('authority.key'), value: authority.key },
            { name: t('authority.source'), value: t(`authority.from.${authority.source}`) },
            copied(t('authority.subject'), authority.subject),
            copied(t('authority.fingerprint'), authority.fingerprint),
            {
              name: t('authority.valid'),
              value: `${date(authority.notBefore)} – ${date(authority.notAfter)}`,
            },
            { name: t('authority.certificates'), value: number(authority.validCertificates) },
            ...moment(t('authority.activatedAt'), authority.activatedAt),
            ...moment(t('authority.retiredAt'), authority.retiredAt),
            copied(t('authority.revocationList'), revocationListUrl),
          ]}
        />
        <Group gap="xs">
          <Download
            pem={certificate}
            name={`${authority.id}.pem`}
            label={t('authority.download')}
          />
          {root && (
            <Download
              pem={root}
              name={`${authority.id}-root.pem`}
              label={t('authority.downloadRoot')}
            />
          )}
        </Group>
      </div>
    </Panel>
  )
}

/** How much of its time is left: a thin bar, and in words. */
function Validity({ authority }: { authority: CertificateAuthority }) {
  const { t } = useTranslation('enrolment')
  const { number } = useFormats()
  const { total, left, tone } = validityOf(authority, useNow())
  const words = t('authority.left', { count: left, number: number(left) })
  return (
    <div>
      <div className={classes['small']} style={{ marginBottom: 4 }}>
        {words}
      </div>
      <Bar label={words} total={total} parts={[{ tone, value: left }]} />
    </div>
  )
}

function Download({ pem, name, label }: { pem: string; name: string; label: string }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([pem], { type: 'application/x-pem-file' }))
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={save}
    >
      {label}
    </Button>
  )
}
