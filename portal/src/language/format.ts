import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How numbers and times are written in one language. */
export function formatsOf(language: string) {
  const number = new Intl.NumberFormat(language)
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  const dayMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
  const list = new Intl.ListFormat(language, { type: 'conjunction' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return {
    number: (value: number) => number.format(value),
    date: (instant: string) => date.format(new Date(instant)),
    dateTime: (instant: string) => dateTime.format(new Date(instant)),
    exact: (instant: string) => exact.format(new Date(instant)),
    /** "a, b and c" */
    list: (words: readonly string[]) => list.format(words),
    dayMonth: (day: string) => dayMonth.format(new Date(day)),
    /** "5 minutes ago"; from a week on the date itself says more. */
    ago: (instant: string, nowMs: number) => {
      const pastMs = nowMs - Date.parse(instant)
      if (pastMs < 45_000) return relative.format(0, 'second')
      if (pastMs < 50 * MINUTE_MS) return relative.format(-Math.round(pastMs / MINUTE_MS), 'minute')
      if (pastMs < 22 * HOUR_MS) return relative.format(-Math.round(pastMs / HOUR_MS), 'hour')
      if (pastMs < 7 * DAY_MS) return relative.format(-Math.round(pastMs / DAY_MS), 'day')
      return dateTime.format(new Date(instant))
    },
    /** "15 minutes", "1 day" */
    interval: (minutes: number) => writeInterval(language, minutes),
    duration: (ms: number) => writeDuration(language, ms),
  }
}
export type Formats = ReturnType<typeof formatsOf>

function writeInterval(language: string, minutes: number): string {
  const [value, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute']
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  return format.format(value)
}

function writeDuration(language: string, ms: number): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour') =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: name === 'second' && value < 10 ? 1 : 0,
    }).format(value)
  if (ms < MINUTE_MS) return unit(ms / 1000, 'second')
  if (ms < HOUR_MS) {
    const seconds = Math.round((ms % MINUTE_MS) / 1000)
    return [unit(Math.floor(ms / MINUTE_MS), 'minute'), unit(seconds, 'second')].join(' ')
  }
  const minutes = Math.round((ms % HOUR_MS) / MINUTE_MS)
  return [unit(Math.floor(ms / HOUR_MS), 'hour'), unit(minutes, 'minute')].join(' ')
}

export function useFormats(): Formats {
  const { i18n } = useTranslation()
  return useMemo(() => formatsOf(i18n.language), [i18n.language])
}
