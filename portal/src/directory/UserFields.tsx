import type { UserDetail } from '@mooring/contract/directory'
import type { AnswerOf } from '@mooring/contract/endpoints'
import { useTranslation } from 'react-i18next'
import { Copy } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { type Fact, Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'
import { Address } from './Address.tsx'
import { FromEntra } from './FromEntra.tsx'

type User = AnswerOf<'getUser'>
const TEXT_FIELDS = [
  'userPrincipalName',
  'givenName',
  'surname',
  'mail',
  'jobTitle',
  'department',
  'companyName',
  'officeLocation',
  'mobilePhone',
  'employeeId',
  'preferredLanguage',
  'usageLocation',
] as const satisfies readonly (keyof typeof UserDetail.shape)[]

export function UserFields({ user }: { user: User }) {
  const { t } = useTranslation('directory')
  const { dateTime } = useFormats()
  const texts = TEXT_FIELDS.map(
    (field): Fact => ({
      name: t(`field.${field}`),
      value: user[field] && <Address text={user[field]} />,
    }),
  )
  const fromEntra = <FromEntra href={user.entraUrl} />
  return (
    <div className="stack">
      <Panel title={t('fields')} action={fromEntra}>
        <Facts
          facts={[
            ...texts,
            {
              name: t('field.businessPhones'),
              value: user.businessPhones.length > 0 ? user.businessPhones.join(', ') : null,
            },
            { name: t('field.userType'), value: t(`userType.${user.userType}`) },
            {
              name: t('field.origin'),
              value: user.onPremisesSyncEnabled ? t('origin.onPremises') : t('origin.cloud'),
            },
            {
              name: t('field.entraId'),
              value: (
                <>
                  <code className="mono">{user.entraId}</code>{' '}
                  <Copy value={user.entraId} what={t('field.entraId')} />
                </>
              ),
            },
            { name: t('field.createdAt'), value: dateTime(user.createdAt) },
            { name: t('field.changedAt'), value: dateTime(user.changedAt) },
          ]}
        />
      </Panel>
      {user.customFields.length > 0 && (
        <Panel title={t('user.customFields')} action={fromEntra}>
          <Facts facts={user.customFields} />
        </Panel>
      )}
    </div>
  )
}
