import type { AnswerOf } from '@mooring/contract/endpoints'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { FromEntra } from './FromEntra.tsx'

export function GroupFields({ group }: { group: AnswerOf<'getGroup'> }) {
  const { t } = useTranslation('directory')
  const { dateTime } = useFormats()
  return (
    <Panel title={t('fields')} action={<FromEntra href={group.entraUrl} />}>
      <Facts
        facts={[
          { name: t('field.kind'), value: t(`groupKind.${group.kind}`) },
          { name: t('field.mail'), value: group.mail },
          {
            name: t('field.membershipRule'),
            value: group.membershipRule && <code className="mono">{group.membershipRule}</code>,
          },
          { name: t('field.visibility'), value: group.visibility },
          {
            name: t('field.origin'),
            value: group.onPremisesSyncEnabled ? t('origin.onPremises') : t('origin.cloud'),
          },
          {
            name: t('field.entraId'),
            value: (
              <>
                <code className="mono">{group.entraId}</code>{' '}
                <Copy value={group.entraId} what={t('field.entraId')} />
              </>
            ),
          },
          { name: t('field.createdAt'), value: dateTime(group.createdAt) },
          { name: t('field.changedAt'), value: dateTime(group.changedAt) },
        ]}
      />
    </Panel>
  )
}
