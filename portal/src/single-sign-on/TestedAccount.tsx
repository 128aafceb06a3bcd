import { paths } from '@mooring/contract/paths'
import type { SignInTest } from '@mooring/contract/single-sign-on'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { UserRolesPanel } from '../roles/UserRolesPanel.tsx'
import { useMay } from '../sign-in/session.ts'
import { Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

type Props = { account: NonNullable<SignInTest['account']>; org: string }

/** The account that it would be, its roles, and why it holds them. */
export function TestedAccount({ account, org }: Props) {
  const { t } = useTranslation(['single-sign-on', 'frame'])
  const { list } = useFormats()
  const maySeeWhy = useMay('roles.read')
  const { kind, id, name, roles } = account
  const words = roles.map((role) => t(`frame:role.${role}`))
  return (
    <>
      <Panel title={t('result.account')}>
        <p style={{ margin: '0 0 12px' }}>{t(`result.accountKind.${kind}`)}</p>
        {kind !== 'none' && (
          <Facts
            facts={[
              {
                name: t('result.person'),
                value: id ? <PageLink href={paths.user(org, id)}>{name ?? id}</PageLink> : name,
              },
              {
                name: t('result.roles'),
                value: words.length === 0 ? t('result.noRoles') : list(words),
              },
            ]}
          />
        )}
      </Panel>
      {id && maySeeWhy && <UserRolesPanel user={id} />}
    </>
  )
}
