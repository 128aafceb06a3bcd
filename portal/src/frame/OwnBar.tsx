import { paths } from '@mooring/contract/paths'
import { Link } from '@tanstack/react-router'
import type { SignedIn } from '../sign-in/session.ts'
import { Mark } from '../ui/Mark.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { LanguageMenu } from './LanguageMenu.tsx'
import { ThemeButton } from './ThemeButton.tsx'
import classes from './TopBar.module.css'

/** The top bar of those who see only what is their own: whose portal it is, and the way home. */
export function OwnBar({ session }: { session: SignedIn }) {
  const { account, organizations } = session
  const own = organizations.find(({ slug }) => slug === account.organization)
  return (
    <header className={classes['bar']}>
      <Link to={paths.selfService(account.organization)} className={classes['own']}>
        <Mark size={24} />
        <span>{own?.name ?? 'Mooring'}</span>
      </Link>
      <div className={classes['gap']} />
      <LanguageMenu />
      <ThemeButton />
      <AccountMenu session={session} />
    </header>
  )
}
