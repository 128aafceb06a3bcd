import type { Migration } from 'kysely/migration'
import { organizations } from './0001-organizations.ts'
import { secrets } from './0002-secrets.ts'
import { signIn } from './0003-sign-in.ts'
import { connection } from './0004-connection.ts'
import { setUp } from './0005-set-up.ts'
import { directory } from './0006-directory.ts'
import { directoryRules } from './0007-directory-rules.ts'
import { changeNotifications } from './0008-change-notifications.ts'
import { audit } from './0010-audit.ts'
import { peopleSignIn } from './0011-people-sign-in.ts'
import { singleSignOn } from './0012-single-sign-on.ts'
import { stepUpAndFactors } from './0013-step-up-and-factors.ts'
import { providerStepUp } from './0014-provider-step-up.ts'
import { certificates } from './0015-certificates.ts'
import { enrolment } from './0016-enrolment.ts'
import { signInHardening } from './0017-sign-in-hardening.ts'
import { termsPage } from './0018-terms-page.ts'
import { roleBrake } from './0019-role-brake.ts'
import { outsideTests } from './0020-outside-tests.ts'
import { enrolmentMarks } from './0021-enrolment-marks.ts'
import { management } from './0022-management.ts'
import { brokenGlass } from './0023-broken-glass.ts'
import { wipes } from './0024-wipes.ts'
import { deviceLists } from './0025-device-lists.ts'
import { commandsForMany } from './0026-commands-for-many.ts'
import { deviceListTable } from './0027-device-list-table.ts'
import { sessions } from './0028-sessions.ts'
import { attemptIndexes } from './0030-attempt-indexes.ts'
import { leavingMembers } from './0031-leaving-members.ts'
import { selfService } from './0032-self-service.ts'
import { batchOrder } from './0033-batch-order.ts'
import { leavingDevices } from './0034-leaving-devices.ts'
import { compliance } from './0035-compliance.ts'

/** Every migration, in order. A migration that has been released is never changed, only followed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-organizations': organizations,
  '0002-secrets': secrets,
  '0003-sign-in': signIn,
  '0004-connection': connection,
  '0005-set-up': setUp,
  '0006-directory': directory,
  '0007-directory-rules': directoryRules,
  '0008-change-notifications': changeNotifications,
  '0010-audit': audit,
  '0011-people-sign-in': peopleSignIn,
  '0012-single-sign-on': singleSignOn,
  '0013-step-up-and-factors': stepUpAndFactors,
  '0014-provider-step-up': providerStepUp,
  '0015-certificates': certificates,
  '0016-enrolment': enrolment,
  '0017-sign-in-hardening': signInHardening,
  '0018-terms-page': termsPage,
  '0019-role-brake': roleBrake,
  '0020-outside-tests': outsideTests,
  '0021-enrolment-marks': enrolmentMarks,
  '0022-management': management,
  '0023-broken-glass': brokenGlass,
  '0024-wipes': wipes,
  '0025-device-lists': deviceLists,
  '0026-commands-for-many': commandsForMany,
  '0027-device-list-table': deviceListTable,
  '0028-sessions': sessions,
  '0030-attempt-indexes': attemptIndexes,
  '0031-leaving-members': leavingMembers,
  '0032-self-service': selfService,
  '0033-batch-order': batchOrder,
  '0034-leaving-devices': leavingDevices,
  '0035-compliance': compliance,
}
