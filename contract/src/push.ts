import { z } from 'zod'
import { Instant } from './values.ts'

/** By which Microsoft's push service knows an application: `ms-app://S-1-15-2-…`. */
export const PackageSid = z
  .string()
  .trim()
  .regex(/^(?:ms-app:\/\/)?S-1-15-2(?:-\d{1,10}){7}\/?$/i)
  .transform(
    (text) =>
      `ms-app://${text
        .replace(/^ms-app:\/\//i, '')
        .replace(/\/$/, '')
        .toUpperCase()}`,
  )

/** `Contoso.Management_8wekyb3d8bbwe`: the name in the Store and the hash of its publisher. */
export const PackageFamilyName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.-]{3,50}_[a-z0-9]{13}$/i)

/** The application in Microsoft's Partner Center with which devices may be called. */
export const PushCredentials = z.strictObject({
  packageSid: PackageSid,
  packageFamilyName: PackageFamilyName,
  /** Left out: the one that is kept, for the same application only. */
  secret: z.string().trim().min(8).max(400).optional(),
})
export type PushCredentials = z.infer<typeof PushCredentials>

/** How Microsoft's push service last took what it was sent. */
export const PushOutcome = z.enum([
  /** The device is told as soon as it is reachable. */
  'received',
  /** The service threw it away: the device is not listening. */
  'dropped',
  /** Too many for this device; tried again later. */
  'throttled',
  /** The device's channel is over; it names another one in its next session. */
  'channelGone',
  /** The device has not named a channel yet, or one that is none of Microsoft's. */
  'noChannel',
  /** The application is not the one that the channel was made for. */
  'forbidden',
  /** The service does not take our credentials. */
  'credentialsRefused',
  /** The service took it for something that it is not. */
  'rejected',
  /** The service has trouble, or was not reached; tried again. */
  'unavailable',
])
export type PushOutcome = z.infer<typeof PushOutcome>

/** What is kept of the credentials; never the secret. */
export const PushSettings = z.object({
  packageSid: z.string(),
  packageFamilyName: z.string(),
  savedAt: Instant,
  savedBy: z.string(),
  last: z.object({ at: Instant, outcome: PushOutcome }).nullable(),
})
export type PushSettings = z.infer<typeof PushSettings>
