import { addressKey } from '../sign-in/index.ts'

/** Under what the sign-ins begun from an address are counted. */
export const startKey = (clientAddress: string): string => addressKey('provider', clientAddress)
