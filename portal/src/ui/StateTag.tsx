import classes from './StateTag.module.css'
import tones from './tone.module.css'
import { TONE_ICONS, type Tone } from './tone.ts'

type Props = { tone: Tone; label: string; size?: 'md' | 'sm' }

/** A state as icon and word. */
export function StateTag({ tone, label, size = 'md' }: Props) {
  const Icon = TONE_ICONS[tone]
  return (
    <span className={`${classes['tag']} ${tones[tone]}`} data-size={size}>
      <Icon size={size === 'sm' ? 14 : 16} stroke={2} aria-hidden />
      {label}
    </span>
  )
}

/** The icon of a state alone, for places where its word stands elsewhere in the same line. */
export function StateIcon({
  tone,
  size = 18,
  label,
}: {
  tone: Tone
  size?: number
  label?: string
}) {
  const Icon = TONE_ICONS[tone]
  return (
    <span
      className={`${classes['icon']} ${tones[tone]}`}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <Icon size={size} stroke={2} />
    </span>
  )
}
