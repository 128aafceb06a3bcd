import type { DeviceContact, SessionSettings } from '@mooring/contract/session-settings'
import type { DesiredSettings } from './desired-settings.ts'
import { pollSettings } from './poll-settings.ts'
import type { StoredCall } from './push-calls-store.ts'
import { pushSettings } from './push-settings.ts'
import {
  findSessionSettings,
  type Saved,
  type StoredSessionSettings,
} from './session-settings-store.ts'

/** What an organization's schedule and credentials want of each of its devices. */
export const desiredBySessionSettings: DesiredSettings = async (tx, { organization }) => {
  const { poll, pollSaved, push, pushEver } = await findSessionSettings(tx, organization)
  const calls = pushSettings(push, pushEver)
  return {
    settings: [...(pollSaved ? pollSettings(poll) : []), ...calls.settings],
    reads: calls.reads,
  }
}

export function toSessionSettings(stored: StoredSessionSettings): SessionSettings {
  const { poll, pollSaved, push, digest } = stored
  return {
    poll,
    pollSaved: toSaved(pollSaved),
    push: push
      ? {
          packageSid: push.sid,
          packageFamilyName: push.familyName,
          savedAt: push.saved.at.toISOString(),
          savedBy: push.saved.by,
          last: push.last ? { at: push.last.at.toISOString(), outcome: push.last.outcome } : null,
        }
      : null,
    digest: toSaved(digest),
  }
}

const toSaved = (saved: Saved | undefined) =>
  saved ? { at: saved.at.toISOString(), by: saved.by } : null

/** @param call the last one; absent: the device was never called. @param channel as the device named it. */
export function toContact(
  { poll, push }: StoredSessionSettings,
  call: StoredCall | undefined,
  channel: string | undefined,
): DeviceContact {
  const isReady = channel !== undefined && channel !== call?.deadChannel
  const isOpen = call && (!call.settledAt || call.settledAt < call.askedAt)
  return {
    poll,
    push: push ? (isReady ? 'ready' : 'waiting') : 'off',
    lastCall: call
      ? {
          askedAt: call.askedAt.toISOString(),
          calledAt: call.calledAt?.toISOString() ?? null,
          outcome: call.outcome ?? null,
        }
      : null,
    nextCallAt: push && isOpen ? call.nextAt.toISOString() : null,
  }
}
