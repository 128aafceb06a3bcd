import type { ReactNode } from 'react'
import classes from './Notice.module.css'
import { StateIcon } from './StateTag.tsx'
import tones from './tone.module.css'
import type { Tone } from './tone.ts'

type Props = {
  tone: Tone
  title: string
  children?: ReactNode
  actions?: ReactNode
  /** Small print: codes and trace ids. */
  footnote?: ReactNode
  /** `alert` interrupts a screen reader, `status` waits; neither for what is there from the start. */
  role?: 'alert' | 'status'
}

/** A message within a page. */
export function Notice({ tone, title, children, actions, footnote, role }: Props) {
  return (
    <div className={`${classes['notice']} ${tones[tone]}`} role={role}>
      <StateIcon tone={tone} size={20} />
      <div className={classes['body']}>
        <div className={classes['title']}>{title}</div>
        {children && <div className={classes['text']}>{children}</div>}
        {actions && <div className={classes['actions']}>{actions}</div>}
        {footnote && <div className={classes['footnote']}>{footnote}</div>}
      </div>
    </div>
  )
}
