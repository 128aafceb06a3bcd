import type { ReactNode } from 'react'
import { Mark } from '../ui/Mark.tsx'
import { LanguageMenu } from './LanguageMenu.tsx'
import classes from './PublicFrame.module.css'
import { ThemeButton } from './ThemeButton.tsx'

type Props = {
  children: ReactNode
  /** Whose page it is; Mooring's own if left out. */
  organization?: string
  /** Beside the matter: stands below the card. */
  below?: ReactNode
}

/** What screens before the sign-in stand in. */
export function PublicFrame({ children, organization, below }: Props) {
  return (
    <div className={classes['page']}>
      <header className={classes['bar']}>
        <LanguageMenu />
        <ThemeButton />
      </header>
      <main id="content" className={classes['middle']}>
        <div className={classes['brand']}>
          <Mark size={32} />
          <span>{organization ?? 'Mooring'}</span>
        </div>
        <div className={classes['card']}>{children}</div>
        {below}
        {organization && <div className={classes['maker']}>Mooring</div>}
      </main>
    </div>
  )
}
