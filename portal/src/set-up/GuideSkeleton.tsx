import { Skeleton } from '@mantine/core'
import classes from './GuideSteps.module.css'

const STEPS = [62, 88, 74, 80, 56, 70, 60, 76]

/** The guide's shape: steps at the left, the step at hand at the right. */
export function GuideSkeleton() {
  return (
    <div className={classes['guide']} aria-busy>
      <div className={classes['skeletonSide']}>
        {STEPS.map((width) => (
          <Skeleton key={width} height={12} width={`${width}%`} />
        ))}
      </div>
      <div className="stack">
        <Skeleton height={28} width="min(360px, 80%)" />
        <Skeleton height={96} radius={8} />
        <Skeleton height={288} radius={8} />
      </div>
    </div>
  )
}
