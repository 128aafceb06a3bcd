import { auditTexts } from '../audit/index.ts'
import { certificateTexts } from '../certificates/index.ts'
import { changeNotificationTexts } from '../change-notifications/index.ts'
import { complianceTexts } from '../compliance/index.ts'
import { connectionTexts } from '../connection/index.ts'
import { devicesTexts } from '../devices/index.ts'
import { directoryTexts } from '../directory/index.ts'
import { enrolmentTexts } from '../enrolment/index.ts'
import { enrolmentDoctorTexts } from '../enrolment-doctor/index.ts'
import { entraTexts } from '../entra/texts.ts'
import { managementTexts } from '../management/index.ts'
import { organizationTexts } from '../organizations/index.ts'
import { overviewTexts } from '../overview/index.ts'
import httpDe from '../platform/http/messages.de.json' with { type: 'json' }
import httpEn from '../platform/http/messages.en.json' with { type: 'json' }
import { createTexts } from '../platform/texts.ts'
import { rolesTexts } from '../roles/index.ts'
import { setUpTexts } from '../set-up/index.ts'
import { signInTexts } from '../sign-in/index.ts'
import { singleSignOnTexts } from '../single-sign-on/index.ts'
import { termsOfUseTexts } from '../terms-of-use/index.ts'

const catalogues = [
  { en: httpEn, de: httpDe },
  entraTexts,
  connectionTexts,
  directoryTexts,
  changeNotificationTexts,
  overviewTexts,
  setUpTexts,
  organizationTexts,
  rolesTexts,
  signInTexts,
  singleSignOnTexts,
  auditTexts,
  certificateTexts,
  devicesTexts,
  enrolmentTexts,
  enrolmentDoctorTexts,
  termsOfUseTexts,
  managementTexts,
  complianceTexts,
]

/** Everything the server says, in both languages. */
export const texts = createTexts(...catalogues)

/** Every `<code>` of `problem.<code>.title`, sorted. */
export const problemCodes = catalogues
  .flatMap(({ en }) => Object.keys(en))
  .flatMap((key) => /^problem\.(\w+)\.title$/.exec(key)?.[1] ?? [])
  .sort()
