import { Button } from '@mantine/core'
import type { Connection } from '@mooring/contract/connection'
import type { Guide } from '@mooring/contract/set-up'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { Bar } from '../ui/Bar.tsx'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { daysLeft } from './days-left.ts'
import { SecretForm } from './SecretForm.tsx'

/** What the connection stands on: the IDs, and the credential with the days it has left. */
export function CredentialPanel({ guide, connection }: { guide: Guide; connection: Connection }) {
  const { t } = useTranslation(['set-up', 'frame'])
  const { date, dateTime } = useFormats()
  const mayWrite = useMay('connection.write')
  const [isReplacing, setReplacing] = useState(false)
  const { credential, tenantId, clientId } = connection
  const left = daysLeft(credential, useNow())
  const words = left ? t('credential.daysLeft', { count: left.days }) : t('credential.noEnd')
  const idWithCopy = (value: string, what: string) => (
    <>
      <code className="mono">{value}</code> <Copy value={value} what={what} />
    </>
  )
  return (
    <>
      <Panel
        title={t('credential.title')}
        action={
          mayWrite && (
            <Button
              variant="default"
              size="xs"
              aria-expanded={isReplacing}
              onClick={() => setReplacing(!isReplacing)}
            >
              {isReplacing ? t('frame:action.cancel') : t('credential.replace')}
            </Button>
          )
        }
      >
        {left && (
          <div style={{ marginBottom: 12 }}>
            <div style={{ marginBottom: 6 }}>{words}</div>
            <Bar parts={[{ tone: left.tone, value: left.percent }]} total={100} label={words} />
          </div>
        )}
        <Facts
          facts={[
            { name: t('ids.tenantId'), value: idWithCopy(tenantId, t('ids.tenantId')) },
            { name: t('ids.clientId'), value: idWithCopy(clientId, t('ids.clientId')) },
            {
              name: t(`credential.${credential.kind}`),
              value: <code className="mono">••••••••{credential.hint}</code>,
            },
            {
              name: t('credential.expiresAt'),
              value: credential.expiresAt ? date(credential.expiresAt) : t('credential.noEnd'),
            },
            { name: t('credential.setAt'), value: dateTime(credential.setAt) },
            {
              name: t('credential.updated'),
              value: t('credential.updatedBy', {
                by: connection.updatedBy,
                time: dateTime(connection.updatedAt),
              }),
            },
          ]}
        />
      </Panel>
      {isReplacing && <SecretForm guide={guide} onSaved={() => setReplacing(false)} />}
    </>
  )
}
