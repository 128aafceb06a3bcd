/** The emulated outside world: Microsoft Entra ID tokens and Microsoft Graph on loopback. */
export { type Chance, startChance } from './chance.ts'
export type { Clock } from './clock.ts'
export type { DeviceFacts, SessionFault } from './device/csp/facts.ts'
export type {
  CheckInOptions,
  CheckInReport,
  DeviceOptions,
  DeviceReport,
} from './device/device-options.ts'
export { type EntraSide, openEntra } from './device/entra-side.ts'
export type { EnrolmentFlow } from './device/flow.ts'
export { type LoadOptions, type Prepared, prepareLoad, runLoad } from './device/load.ts'
export type { DeviceProfile } from './device/profile.ts'
export type { DeviceEnrolment } from './device/provision.ts'
export type { Step } from './device/recorder.ts'
export type { SessionEnd, SessionReason } from './device/session/session-report.ts'
export type { Violation, ViolationKind } from './device/session/violation.ts'
export {
  type SessionSwarmOptions,
  type SessionSwarmResult,
  swarmSessions,
} from './device/session-swarm.ts'
export { type SwarmOptions, type SwarmResult, swarm } from './device/swarm.ts'
export type { Tampering } from './device/tampering.ts'
export { startTransport, type Transport } from './device/transport.ts'
export { WindowsDevice } from './device/windows-device.ts'
export { type Directory, DirectoryError } from './directory/directory.ts'
export {
  changeRandomly,
  fillGroup,
  flipDynamicGroup,
  loseUsers,
  makeCycle,
  moveMember,
} from './directory/mutations.ts'
export type { DeviceRecord, GroupRecord, UserRecord } from './directory/records.ts'
export { transitiveMembers } from './directory/transitive-members.ts'
export type { AppRegistration, AppRegistry, SignInSettings } from './entra/app-registry.ts'
export {
  type DeviceRegistration,
  type Enrolment,
  EnrolmentRefused,
  type MobilityChange,
  type MobilityEntry,
  type TokenWish,
} from './entra/enrolment.ts'
export { type HostileEnrolmentToken, hostileEnrolmentTokens } from './entra/enrolment-hostile.ts'
export { makeTlsFiles } from './http/tls.ts'
export type { Delivery, Notifications } from './notifications/notifications.ts'
export type { Subscription } from './notifications/subscription.ts'
export type { PushApp, PushRecord, PushService } from './push/push-service.ts'
export type { LogEntry, LogFilter, RequestLog } from './request-log.ts'
export type {
  DeltaScenario,
  Scenario,
  SignInScenario,
  SubscriptionScenario,
} from './scenario.ts'
export type { AccessPolicy } from './sign-in/access-policy.ts'
export { type HostileToken, hostileTokens } from './sign-in/hostile-token.ts'
export type { Outcome, SignIn } from './sign-in/sign-in.ts'
export {
  type EmulatedApp,
  type EmulatedTenant,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from './start.ts'
export { Browser, type Page } from './testing/browser.ts'
export { type SignInAs, type SignInEnd, signInAs } from './testing/sign-in-as.ts'
export type { Fault, FaultRule } from './trouble/fault.ts'
export type { Trouble } from './trouble.ts'
