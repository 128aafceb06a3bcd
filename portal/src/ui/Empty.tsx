import type { ReactNode } from 'react'
import classes from './Empty.module.css'

type Props = {
  icon: ReactNode
  title: string
  text?: ReactNode
  action?: ReactNode
  /** The whole page is empty: then its title is the page's heading. */
  isPage?: boolean
}

/** Nothing here yet: one sentence, one action. */
export function Empty({ icon, title, text, action, isPage }: Props) {
  return (
    <div className={classes['empty']}>
      <div className={classes['icon']} aria-hidden>
        {icon}
      </div>
      {isPage ? (
        <h1 className={classes['title']}>{title}</h1>
      ) : (
        <div className={classes['title']}>{title}</div>
      )}
      {text && <div className={classes['text']}>{text}</div>}
      {action && <div className={classes['action']}>{action}</div>}
    </div>
  )
}
