import { paths } from '@mooring/contract/paths'
import type { Permission } from '@mooring/contract/permissions'
import {
  IconAdjustmentsHorizontal,
  IconBuilding,
  IconClipboardCheck,
  IconDeviceLaptop,
  IconDevices,
  IconEraser,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListCheck,
  IconLogin2,
  IconPlugConnected,
  IconQrcode,
  IconRefresh,
  IconShieldCog,
  IconStack2,
  IconUser,
  IconUserHeart,
  IconUserShield,
  IconUsersGroup,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../sign-in/session.ts'
import { useKnownOrg } from './known-org.ts'

const PLACES = [
  { id: 'overview', section: 'top', needs: 'organization.read', Icon: IconLayoutDashboard },
  { id: 'users', section: 'people', needs: 'directory.read', Icon: IconUser },
  { id: 'groups', section: 'people', needs: 'directory.read', Icon: IconUsersGroup },
  { id: 'devices', section: 'devices', needs: 'devices.read', Icon: IconDeviceLaptop },
  { id: 'deviceGroups', section: 'devices', needs: 'devices.read', Icon: IconStack2 },
  { id: 'commands', section: 'devices', needs: 'devices.read', Icon: IconListCheck },
  { id: 'enrolment', section: 'devices', needs: 'devices.read', Icon: IconQrcode },
  { id: 'wipes', section: 'devices', needs: 'devices.read', Icon: IconEraser },
  { id: 'compliance', section: 'devices', needs: 'devices.read', Icon: IconClipboardCheck },
  { id: 'syncRuns', section: 'activity', needs: 'directory.read', Icon: IconRefresh },
  { id: 'audit', section: 'activity', needs: 'audit.read', Icon: IconHistory },
  { id: 'guide', section: 'settings', needs: 'connection.read', Icon: IconPlugConnected },
  {
    id: 'syncSettings',
    section: 'settings',
    needs: 'directory.read',
    Icon: IconAdjustmentsHorizontal,
  },
  { id: 'signInSettings', section: 'settings', needs: 'signIn.read', Icon: IconLogin2 },
  { id: 'roles', section: 'settings', needs: 'roles.read', Icon: IconUserShield },
  { id: 'administrators', section: 'settings', needs: 'administrators.read', Icon: IconShieldCog },
  {
    id: 'selfServiceSettings',
    section: 'settings',
    needs: 'devices.read',
    Icon: IconUserHeart,
  },
  { id: 'sessions', section: 'settings', needs: 'sessions.read', Icon: IconDevices },
  { id: 'apiTokens', section: 'settings', needs: 'tokens.read', Icon: IconKey },
  { id: 'organization', section: 'settings', needs: 'organization.read', Icon: IconBuilding },
] as const satisfies readonly {
  id: keyof typeof paths
  section: string
  needs: Permission
  Icon: typeof IconUser
}[]

const OF_USERS: readonly string[] = ['guide', 'syncSettings', 'signInSettings']

export type Place = (typeof PLACES)[number] & { label: string; href: string; under?: string }

/** The pages of the rail that the person signed in may see. */
export function usePlaces(): Place[] {
  const { t } = useTranslation()
  const org = useKnownOrg()
  const permissions = useSession()?.permissions ?? []
  const places = PLACES.filter((place) => permissions.includes(place.needs))
  const firstOfUsers = places.find(({ id }) => OF_USERS.includes(id))
  return places.map((place) => ({
    ...place,
    label: t(`place.${place.id}`),
    href: paths[place.id](org),
    ...(place === firstOfUsers ? { under: t('rail.userManagement') } : {}),
  }))
}
