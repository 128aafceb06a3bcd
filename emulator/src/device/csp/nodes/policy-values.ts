type Ranges = Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>

/** Policies that are numbers, with the lowest and the highest. */
export const numbers: Ranges = {
  DeviceLock: {
    DevicePasswordEnabled: [0, 1],
    AlphanumericDevicePasswordRequired: [0, 2],
    AllowSimpleDevicePassword: [0, 1],
    MinDevicePasswordLength: [4, 16],
    MinDevicePasswordComplexCharacters: [1, 4],
    DevicePasswordExpiration: [0, 730],
    DevicePasswordHistory: [0, 50],
    MaxDevicePasswordFailedAttempts: [0, 999],
    MaxInactivityTimeDeviceLock: [0, 999],
    MinimumPasswordAge: [0, 998],
  },
  Update: {
    AllowAutoUpdate: [0, 5],
    ActiveHoursStart: [0, 23],
    ActiveHoursEnd: [0, 23],
    DeferFeatureUpdatesPeriodInDays: [0, 365],
    DeferQualityUpdatesPeriodInDays: [0, 30],
    ConfigureDeadlineForQualityUpdates: [0, 30],
    ConfigureDeadlineForFeatureUpdates: [0, 30],
    ConfigureDeadlineGracePeriod: [0, 7],
    ConfigureDeadlineNoAutoReboot: [0, 1],
    DetectionFrequency: [1, 22],
  },
  Defender: {
    AllowRealtimeMonitoring: [0, 1],
    AllowBehaviorMonitoring: [0, 1],
    AllowCloudProtection: [0, 1],
    CloudExtendedTimeout: [0, 50],
    PUAProtection: [0, 2],
    EnableNetworkProtection: [0, 2],
    EnableControlledFolderAccess: [0, 4],
    AvgCPULoadFactor: [0, 100],
    SignatureUpdateInterval: [0, 24],
  },
  Camera: { AllowCamera: [0, 1] },
  Experience: { AllowManualMDMUnenrollment: [0, 1], AllowCortana: [0, 1] },
  Connectivity: { AllowBluetooth: [0, 2] },
  System: { AllowTelemetry: [0, 3], AllowLocation: [0, 2] },
  SmartScreen: { EnableSmartScreenInShell: [0, 1] },
}

/** Policies that are text. */
export const texts: Readonly<Record<string, readonly string[]>> = {
  Update: ['ProductVersion', 'TargetReleaseVersion', 'UpdateServiceUrl'],
  Defender: ['AttackSurfaceReductionRules', 'ExcludedPaths', 'ExcludedExtensions'],
}
