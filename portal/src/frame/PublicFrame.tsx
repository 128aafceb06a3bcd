import type { ReactNode } from 'react'
import { Mark } from '../ui/Mark.tsx'
import { LanguageMenu } from './LanguageMenu.tsx'
import classes from './PublicFrame.module.css'
import { ThemeButton } from './ThemeButton.tsx'

/** What screens before the sign-in stand in. */
export function PublicFrame({ children }: { children: ReactNode }) {
  return (
    <div className={classes['page']}>
      <header className={classes['bar']}>
        <LanguageMenu />
        <ThemeButton />
      </header>
      <main id="content" className={classes['middle']}>
        <div className={classes['brand']}>
          <Mark size={32} />
          <span>Mooring</span>
        </div>
        <div className={classes['card']}>{children}</div>
      </main>
    </div>
  )
}
