import type { ReactNode } from 'react'
import classes from './ValueBox.module.css'

type Props = { label: string; value: string; action: ReactNode }

/** A value to carry elsewhere: its name, the value in full, and what can be done with it. */
export function ValueBox({ label, value, action }: Props) {
  return (
    <div className={classes['box']}>
      <div className={classes['label']}>{label}</div>
      <div className={classes['line']}>
        <code className={classes['value']}>{value}</code>
        {action}
      </div>
    </div>
  )
}
