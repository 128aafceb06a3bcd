import type { Device } from '@mooring/contract/devices'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../frame/PageLink.tsx'

type UserProps = { user: Device['user']; org: string; inText?: boolean }

/** Whose device it is; a link while the directory knows them. */
export function DeviceUser({ user, org, inText = false }: UserProps) {
  const { t } = useTranslation('devices')
  if (!user) return <span className="soft">{t('nobody')}</span>
  if (user.id === null) return <>{user.name}</>
  return (
    <PageLink href={paths.user(org, user.id)} inText={inText}>
      {user.name}
    </PageLink>
  )
}

/** `Contoso Laptop 5`, as far as it is known. */
export const modelOf = ({ manufacturer, model }: Device) =>
  [manufacturer, model].filter(Boolean).join(' ') || undefined

/** `Windows 10.0.26100.4349` */
export const systemOf = ({ operatingSystem, build }: Device) =>
  [operatingSystem, build].filter(Boolean).join(' ')
