import type { EnrolmentStepName } from '@mooring/contract/enrolment'
import type { Selectable } from 'kysely'
import type { Schema } from '../platform/schema.ts'
import type { Refusal } from './refusal.ts'

export type AttemptRow = Selectable<Schema['enrolment_attempts']>
export type Facts = Readonly<Record<string, string | number | boolean>>

/** A step as it is kept: codes and values. */
export type StoredStep = {
  readonly step: EnrolmentStepName
  readonly at: string
  readonly reason: Refusal | null
  readonly traceId: string
}

/** Something that happened on a device's way in. */
export type NewStep = {
  readonly step: EnrolmentStepName
  readonly at: Date
  /** Absent: it succeeded. */
  readonly reason?: Refusal | undefined
  readonly traceId: string
  /** Which attempt it belongs to, as far as that is known. */
  readonly requestId?: string | undefined
  readonly userEntraId?: string | undefined
  readonly userName?: string | undefined
  readonly entraDeviceId?: string | undefined
  readonly deviceId?: string | undefined
  readonly deviceName?: string | undefined
  readonly facts?: Facts
  /** What the device brought from its discovery, where a proven token came along. */
  readonly trail?: string | undefined
  /** Came before, and could not be recorded by itself: nobody knew whose it was. */
  readonly earlier?: Pick<NewStep, 'step' | 'at' | 'traceId'> | undefined
}

/** Steps of one attempt come within this time of each other: a first start may wait overnight. */
export const ATTEMPT_HOURS = 24
/** More than any real attempt has: whoever tries on and on begins a new one. */
export const MOST_STEPS = 40
export const KEPT_DAYS = 90
