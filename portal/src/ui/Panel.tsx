import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './Panel.module.css'

type Props = {
  title?: string
  hint?: ReactNode
  action?: ReactNode
  children: ReactNode
  /** Without inner space, for lists that draw their own lines. */
  flush?: boolean
  id?: string
  tone?: 'danger'
}

/** A bordered part of a page, with its heading. */
export function Panel({ title, hint, action, children, flush, id, tone }: Props) {
  const headingId = useId()
  return (
    <section
      className={classes['panel']}
      data-tone={tone}
      id={id}
      aria-labelledby={title ? headingId : undefined}
    >
      {title && (
        <div className={classes['head']}>
          <div>
            <Title order={2} size="h3" id={headingId}>
              {title}
            </Title>
            {hint && <div className={classes['hint']}>{hint}</div>}
          </div>
          {action}
        </div>
      )}
      <div className={flush ? undefined : classes['body']}>{children}</div>
    </section>
  )
}
