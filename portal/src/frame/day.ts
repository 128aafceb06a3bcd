const DAY = /^\d{4}-\d{2}-\d{2}$/

/** A day such as `2026-03-10`, or nothing where the text is none. */
export const readDay = (text: string | undefined) =>
  text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined

/** A day begins and ends at the reader's midnight. */
export function midnight(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + daysLater).toISOString()
}
