import 'i18next'
import type account from './account/messages.en.json'
import type audit from './audit/messages.en.json'
import type commands from './commands/messages.en.json'
import type compliance from './compliance/messages.en.json'
import type deviceGroups from './device-groups/messages.en.json'
import type devices from './devices/messages.en.json'
import type directory from './directory/messages.en.json'
import type enrolment from './enrolment/messages.en.json'
import type frame from './frame/messages.en.json'
import type myDevices from './my-devices/messages.en.json'
import type overview from './overview/messages.en.json'
import type roles from './roles/messages.en.json'
import type setUp from './set-up/messages.en.json'
import type settings from './settings/messages.en.json'
import type signIn from './sign-in/messages.en.json'
import type singleSignOn from './single-sign-on/messages.en.json'
import type stepUp from './step-up/messages.en.json'
import type sync from './sync/messages.en.json'
import type syncSettings from './sync-settings/messages.en.json'
import type wipes from './wipes/messages.en.json'

// Makes a message key that does not exist a compile error.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'frame'
    resources: {
      frame: typeof frame
      overview: typeof overview
      'set-up': typeof setUp
      directory: typeof directory
      devices: typeof devices
      commands: typeof commands
      'device-groups': typeof deviceGroups
      enrolment: typeof enrolment
      audit: typeof audit
      sync: typeof sync
      'sync-settings': typeof syncSettings
      settings: typeof settings
      'sign-in': typeof signIn
      'single-sign-on': typeof singleSignOn
      'step-up': typeof stepUp
      roles: typeof roles
      account: typeof account
      wipes: typeof wipes
      compliance: typeof compliance
      'my-devices': typeof myDevices
    }
  }
}
