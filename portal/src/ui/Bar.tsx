import classes from './Bar.module.css'
import tones from './tone.module.css'
import type { Tone } from './tone.ts'

export type BarPart = { tone: Tone; value: number }

type Props = {
  parts: readonly BarPart[]
  /** What the whole bar stands for; the sum of the parts if left out. */
  total?: number
  /** What the bar shows, in words and numbers. */
  label: string
}

/** A thin bar of one or more parts. */
export function Bar({ parts, total, label }: Props) {
  const whole = total ?? parts.reduce((sum, part) => sum + part.value, 0)
  return (
    <div className={classes['bar']} role="img" aria-label={label}>
      {parts
        .filter((part) => part.value > 0 && whole > 0)
        .map((part) => (
          <div
            key={part.tone}
            className={`${classes['part']} ${tones[part.tone]}`}
            style={{ width: `${Math.min(100, (part.value / whole) * 100)}%` }}
          />
        ))}
    </div>
  )
}

/** How far something is; without `percent` it only says that it is at work. */
export function ProgressBar({ percent, label }: { percent: number | undefined; label: string }) {
  return (
    <div
      className={`${classes['bar']} ${tones['busy']}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : Math.round(percent)}
    >
      <div
        className={classes[percent === undefined ? 'wandering' : 'part']}
        style={percent === undefined ? undefined : { width: `${Math.min(100, percent)}%` }}
      />
    </div>
  )
}
