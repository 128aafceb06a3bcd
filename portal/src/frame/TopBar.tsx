import { ActionIcon, Burger, Kbd, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { SignedIn } from '../sign-in/session.ts'
import { AccountMenu } from './AccountMenu.tsx'
import { LanguageMenu } from './LanguageMenu.tsx'
import { RunIndicator } from './RunIndicator.tsx'
import { ThemeButton } from './ThemeButton.tsx'
import classes from './TopBar.module.css'

type Props = { session: SignedIn; onOpenRail: () => void; onOpenPalette: () => void }

export function TopBar({ session, onOpenRail, onOpenPalette }: Props) {
  const { t } = useTranslation()
  return (
    <header className={classes['bar']}>
      <Burger
        className={classes['burger'] ?? ''}
        size="sm"
        onClick={onOpenRail}
        aria-label={t('frame.openNavigation')}
      />
      <UnstyledButton className={classes['search'] ?? ''} onClick={onOpenPalette}>
        <IconSearch size={16} aria-hidden />
        <span className={classes['searchText']}>{t('frame.search')}</span>
        <Kbd size="xs" aria-hidden>
          {t('frame.searchKey')}
        </Kbd>
      </UnstyledButton>
      <ActionIcon
        className={classes['searchIcon'] ?? ''}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t('frame.search')}
        onClick={onOpenPalette}
      >
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
      <div className={classes['gap']}>
        <RunIndicator />
      </div>
      <LanguageMenu />
      <ThemeButton />
      <AccountMenu session={session} />
    </header>
  )
}
