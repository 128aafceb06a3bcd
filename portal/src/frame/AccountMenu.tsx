import { ActionIcon, Menu } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { forgetSession, type SignedIn } from '../sign-in/session.ts'

export function AccountMenu({ session }: { session: SignedIn }) {
  const { t } = useTranslation()
  const { account, roles } = session
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const signOut = useMutation({
    mutationFn: () => call('signOut', {}),
    onSuccess: async ({ redirectTo }) => {
      forgetSession(queryClient)
      // The provider ends its own session, and leads back here.
      if (redirectTo) window.location.assign(redirectTo)
      else await navigate({ to: paths.signInOf(account.organization) })
    },
  })
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('frame.account')}>
          <IconUserCircle size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <div style={{ color: 'var(--ink)', overflowWrap: 'anywhere' }}>{account.name}</div>
          {roles.length > 0 && <div>{roles.map((role) => t(`role.${role}`)).join(', ')}</div>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          renderRoot={(props) => <Link {...props} to={paths.account(account.organization)} />}
        >
          {t('frame.myAccount')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => signOut.mutate()}
        >
          {t('frame.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
