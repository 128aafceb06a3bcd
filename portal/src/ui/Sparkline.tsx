import classes from './Sparkline.module.css'

const WIDTH = 240
const HEIGHT = 40

/** A month's course as one line with its end marked. The table beside it holds the numbers. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const points = sparklinePoints(values, WIDTH, HEIGHT)
  const last = points.at(-1)
  if (!last) return <div className={classes['none']} />
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  return (
    <svg
      className={classes['plot']}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className={classes['area']} d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
      <path className={classes['line']} d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

/** Places values in a box, highest at the top. A level course runs through the middle. */
export function sparklinePoints(
  values: readonly number[],
  width: number,
  height: number,
): [number, number][] {
  const low = Math.min(...values)
  const span = Math.max(...values) - low
  const inner = height - 4
  return values.map((value, index) => {
    const x = values.length === 1 ? width : (index / (values.length - 1)) * width
    const y = span === 0 ? height / 2 : 2 + inner - ((value - low) / span) * inner
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10]
  })
}
