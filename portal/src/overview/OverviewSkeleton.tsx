import { Skeleton } from '@mantine/core'
import classes from './Figures.module.css'

/** The overview's final shape, while its numbers are on their way. */
export function OverviewSkeleton() {
  return (
    <div className="stack" aria-hidden>
      <div className={classes['figures']}>
        {[0, 1, 2, 3].map((figure) => (
          <Skeleton key={figure} height={126} radius={8} />
        ))}
      </div>
      <Skeleton height={220} radius={8} />
      <Skeleton height={240} radius={8} />
    </div>
  )
}
