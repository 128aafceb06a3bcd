import type { StepId } from '@mooring/contract/set-up'

/** Microsoft's pages, without a language: they open in the reader's. */
const ARTICLES: Readonly<Partial<Record<StepId, string>>> = {
  prerequisites: 'entra/identity/role-based-access-control/delegate-by-task',
  domain: 'entra/fundamentals/add-custom-domain',
  'mdm-application': 'windows/client-management/azure-active-directory-integration-with-mdm',
  'app-registration': 'entra/identity-platform/quickstart-register-app',
  'mdm-urls': 'windows/client-management/azure-active-directory-integration-with-mdm',
  'application-id-uri': 'entra/identity-platform/identifier-uri-restrictions',
  secret: 'entra/identity-platform/how-to-add-credentials',
  permissions: 'graph/permissions-reference',
  consent: 'entra/identity/enterprise-apps/grant-admin-consent',
  'redirect-uri': 'entra/identity-platform/how-to-add-redirect-uri',
}

/** Microsoft's own page about a step, where there is one. */
export function documentationLink(step: StepId): string | undefined {
  const article = ARTICLES[step]
  return article && `https://learn.microsoft.com/${article}`
}
