import { paths } from '@mooring/contract/paths'
import {
  IconDeviceLaptop,
  IconPlayerPlay,
  IconQrcode,
  IconUser,
  IconUserCircle,
  IconUsersGroup,
} from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ask } from '../query.ts'
import { useMay } from '../sign-in/session.ts'
import { useKnownOrg } from './known-org.ts'
import { usePlaces } from './places.ts'
import { START_SYNC } from './wish.ts'

export type Found = {
  id: string
  name: string
  hint: string
  href: string
  /** What the page is asked to do, handed over beside the address: no link from outside can. */
  wish?: typeof START_SYNC
  Icon: typeof IconUser
}

/** Pages and actions match at once; people, groups and devices are asked for after a pause in typing. */
export function useFound(text: string, asked: string): { found: Found[]; isSearching: boolean } {
  const near = useNear(text)
  const far = useFar(asked)
  const isSearching = far.isFetching || (text.length > 1 && text !== asked)
  return { found: [...near, ...(text.length > 1 ? far.found : [])], isSearching }
}

function useNear(text: string): Found[] {
  const { t } = useTranslation()
  const org = useKnownOrg()
  const places = usePlaces()
  const maySync = useMay('directory.sync')
  const enrolmentPlaces = useEnrolmentPlaces()
  const pages = places.map((place): Found => {
    const hint = t('palette.page')
    return { id: place.id, name: place.label, hint, href: place.href, Icon: place.Icon }
  })
  const account: Found = {
    id: 'account',
    name: t('place.account'),
    hint: t('palette.page'),
    href: paths.account(org),
    Icon: IconUserCircle,
  }
  const sync: Found = {
    id: 'sync-now',
    name: t('palette.sync'),
    hint: t('palette.action'),
    href: paths.syncRuns(org),
    wish: START_SYNC,
    Icon: IconPlayerPlay,
  }
  const enrolment = enrolmentPlaces.map((id): Found => {
    const hint = t('palette.page')
    return { id, name: t(`place.${id}`), hint, href: paths[id](org), Icon: IconQrcode }
  })
  const wanted = text.toLocaleLowerCase()
  return [...pages, ...enrolment, account, ...(maySync ? [sync] : [])].filter((entry) =>
    entry.name.toLocaleLowerCase().includes(wanted),
  )
}

/** Pages below the rail's, which it does not list. */
function useEnrolmentPlaces() {
  const mayRead = useMay('devices.read')
  const mayManage = useMay('devices.manage')
  const read = [
    'enrolmentDoctor',
    'enrolmentRules',
    'enrolmentSessions',
    'enrolmentTerms',
    'certificateAuthority',
  ] as const
  return [...(mayRead ? read : []), ...(mayManage ? (['enrolmentTokens'] as const) : [])]
}

function useFar(asked: string) {
  const { t } = useTranslation()
  const org = useKnownOrg()
  const isAsked = asked.length > 1
  const enabled = useMay('directory.read') && isAsked
  const seesDevices = useMay('devices.read') && isAsked
  const query = { search: asked, limit: 6 }
  const options = { enabled, placeholderData: keepPreviousData }
  const users = useQuery({ ...ask('listUsers', { params: { org }, query }), ...options })
  const groups = useQuery({ ...ask('listGroups', { params: { org }, query }), ...options })
  const devices = useQuery({
    ...ask('listDevices', { params: { org }, query }),
    ...options,
    enabled: seesDevices,
  })
  const people = (users.data?.items ?? []).map((user): Found => {
    const href = paths.user(org, user.id)
    const hint = user.userPrincipalName
    return { id: user.id, name: user.displayName, hint, href, Icon: IconUser }
  })
  const circles = (groups.data?.items ?? []).map((group): Found => {
    const href = paths.group(org, group.id)
    const hint = t('palette.group')
    return { id: group.id, name: group.displayName, hint, href, Icon: IconUsersGroup }
  })
  const machines = (devices.data?.items ?? []).map((device): Found => {
    const href = paths.device(org, device.id)
    const hint = device.user?.name ?? t('palette.device')
    return { id: device.id, name: device.name, hint, href, Icon: IconDeviceLaptop }
  })
  return {
    found: [...people, ...circles, ...machines],
    isFetching: users.isFetching || groups.isFetching || devices.isFetching,
  }
}
