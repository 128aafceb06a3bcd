/** The calendar day some months from now, as a date field wants it; never past the month's end. */
export function dateInMonths(from: Date, months: number): string {
  const day = new Date(Date.UTC(from.getFullYear(), from.getMonth() + months, 1))
  const lastDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate()
  day.setUTCDate(Math.min(from.getDate(), lastDay))
  return day.toISOString().slice(0, 10)
}
