import type { Measured } from './contestants.ts'
import { say } from './print.ts'

/** Something that Mooring is to reach, and what it has reached. */
export type Aim = {
  readonly what: string
  readonly limit: number
  readonly reached: number
  readonly isMet: boolean
}

const isAtMost = (what: string, reached: number, limit: number): Aim => ({
  what,
  limit,
  reached,
  isMet: reached <= limit,
})

export const isUnder = (what: string, reached: number, limit: number): Aim => ({
  what,
  limit,
  reached,
  isMet: reached < limit,
})

/** Aims are in MB of a million bytes, processes tell MiB. */
export const toMegabytes = (mebibytes: number) => Math.round((mebibytes * 2 ** 20) / 1e6)

/** Of the cycles after the first one, by their medians. */
export function aimsOfCycles(
  when: string,
  { unchanged, changed }: Readonly<Record<'unchanged' | 'changed', Measured>>,
): Aim[] {
  return [
    isAtMost(`${when}: requests without changes`, unchanged.requests, 5),
    isAtMost(`${when}: seconds without changes`, unchanged.seconds, 1),
    isAtMost(`${when}: requests with changes`, changed.requests, 20),
    isUnder(`${when}: seconds with changes`, changed.seconds, 3),
  ]
}

/** One row of the table of aims. */
export function toAimRow({ what, limit, reached, isMet }: Aim): string[] {
  const away = Math.abs(limit - reached)
  const share = `${Math.round((away / limit) * 100)} %`
  return [
    what,
    sayNumber(limit),
    sayNumber(reached),
    isMet ? 'met' : 'missed',
    `${sayNumber(away)} (${share}) ${isMet ? 'to spare' : 'too much'}`,
  ]
}

const sayNumber = (number: number) =>
  Number.isInteger(number) ? say(number) : number.toFixed(number < 10 ? 2 : 1)
