import type { ReactNode } from 'react'
import classes from './Facts.module.css'

export type Fact = { name: string; value: ReactNode }

/** Names and values, in two columns where there is room. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <div className={classes['clip']}>
      <dl className={classes['facts']}>
        {facts.map((fact) => (
          <div key={fact.name} className={classes['fact']}>
            <dt>{fact.name}</dt>
            <dd>{fact.value ?? '–'}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
