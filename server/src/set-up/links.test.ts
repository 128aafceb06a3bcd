import { StepId } from '@mooring/contract/set-up'
import { expect, test } from 'vitest'
import { CLOUDS, customCloud } from '../entra/clouds.ts'
import { consentUrl } from './consent-url.ts'
import { documentationLink } from './documentation-links.ts'
import { entraLink, mobilityLink, newApplicationLink } from './entra-links.ts'

const TENANT = '11111111-1111-4111-8111-111111111111'
const CLIENT = '22222222-2222-4222-8222-222222222222'
const known = { cloud: CLOUDS.global, tenantId: TENANT, clientId: CLIENT }

test('each step leads to its page of this tenant and this application', () => {
  const pages = Object.fromEntries(StepId.options.map((step) => [step, entraLink(step, known)]))

  const entra = `https://entra.microsoft.com/${TENANT}/#view`
  const application = `${entra}/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~`
  expect(pages).toEqual({
    prerequisites: `${entra}/Microsoft_AAD_IAM/TenantOverview.ReactView`,
    domain: `${entra}/Microsoft_AAD_IAM/DomainsManagementMenuBlade/~/CustomDomainNames`,
    'mdm-application': `${entra}/Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Mobility`,
    'app-registration': `${application}/Overview/appId/${CLIENT}`,
    'mdm-urls': `${entra}/Microsoft_AAD_IAM/ActiveDirectoryMenuBlade/~/Mobility`,
    ids: `${application}/Overview/appId/${CLIENT}`,
    'application-id-uri': `${application}/ProtectAnAPI/appId/${CLIENT}`,
    secret: `${application}/Credentials/appId/${CLIENT}`,
    permissions: `${application}/CallAnAPI/appId/${CLIENT}`,
    consent: `${application}/CallAnAPI/appId/${CLIENT}`,
    'redirect-uri': `${application}/Authentication/appId/${CLIENT}`,
    services: undefined,
  })
})

test('without ids, links lead to the list of applications and to the page that makes a new one', () => {
  const entra = 'https://entra.microsoft.com/#view'

  expect(entraLink('secret', { cloud: CLOUDS.global })).toBe(
    `${entra}/Microsoft_AAD_RegisteredApps/ApplicationsListBlade`,
  )
  expect(entraLink('app-registration', { cloud: CLOUDS.global })).toBe(
    newApplicationLink({ cloud: CLOUDS.global }),
  )
  expect(newApplicationLink({ cloud: CLOUDS.global })).toBe(
    `${entra}/Microsoft_AAD_RegisteredApps/CreateApplicationBlade/quickStartType~/null/isMSAApp~/false`,
  )
})

test('a national cloud has its own admin center, a cloud of one’s own the public one', () => {
  expect(new URL(mobilityLink({ cloud: CLOUDS.china })).origin).toBe(CLOUDS.china.portalUrl)
  const own = customCloud('http://localhost:9001', 'http://localhost:9002')
  expect(new URL(mobilityLink({ cloud: own })).origin).toBe('https://entra.microsoft.com')
})

test('the consent link names tenant, application and the bare server URL', () => {
  const url = new URL(
    consentUrl({ ...known, publicUrl: new URL('https://mdm.example.org/'), slug: 'north-school' }),
  )

  expect(url.origin + url.pathname).toBe(`https://login.microsoftonline.com/${TENANT}/adminconsent`)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: CLIENT,
    redirect_uri: 'https://mdm.example.org',
    state: 'consent.north-school',
  })
})

test('every step that is done in Entra has a page of Microsoft’s about it, except copying ids', () => {
  const without = StepId.options.filter((step) => !documentationLink(step))

  expect(without).toEqual(['ids', 'services'])
})
