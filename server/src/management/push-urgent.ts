/**
 * Commands for which a device is called, where it can be: somebody waits for them, or they protect what is on
 * it. Others wait until it comes by itself. The index `device_commands_urgent` has the same list.
 */
export const URGENT_KINDS = [
  'sync',
  'reboot',
  'lock',
  'wipe',
  'wipeProtected',
  'wipeKeepProvisioning',
  'wipeKeepUserData',
  'wipeCloud',
  'autopilotReset',
  'unenrol',
] as const
