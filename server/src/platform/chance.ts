/** A number from 0 up to, not including, 1. For waits that should not coincide; guards no secret. */
export const chance = (): number => Math.random()
