export {
  type EmulatedApp,
  type EmulatedTenant,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from './start.ts'
