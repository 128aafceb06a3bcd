import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './PageHeader.module.css'

type Props = {
  title: string
  /** One sentence: how things are. */
  sentence?: ReactNode
  /** Where the page hangs: a link back to its list. */
  above?: ReactNode
  tag?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, sentence, above, tag, actions }: Props) {
  return (
    <header className={classes['header']}>
      <div className={classes['words']}>
        {above && <div className={classes['above']}>{above}</div>}
        <div className={classes['line']}>
          <Title order={1} className={classes['title']}>
            {title}
          </Title>
          {tag}
        </div>
        {sentence && <div className={classes['sentence']}>{sentence}</div>}
      </div>
      {actions && <div className={classes['actions']}>{actions}</div>}
    </header>
  )
}
