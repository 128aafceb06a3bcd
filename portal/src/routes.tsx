import { paths } from '@mooring/contract/paths'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { parsePlainSearch, splitHref, writePlainSearch } from './frame/plain-search.ts'
import { RouteError } from './frame/RouteError.tsx'
import { RouteNotFound } from './frame/RouteNotFound.tsx'
import { loadMessages } from './language/i18n.ts'
import { readConsentReturn } from './set-up/consent-return.ts'
import { lastOrganization } from './sign-in/last-organization.ts'
import { isReturnPath } from './sign-in/return-path.ts'
import { homeOf, sessionQuery } from './sign-in/session.ts'

/**
 * A screen whose code and messages are loaded when it is first opened.
 *
 * @param rooms whose words it shows: its own, and those whose parts it borrows.
 */
function screen<Name extends string>(
  rooms: string | readonly string[],
  load: () => Promise<Record<Name, React.ComponentType>>,
  name: Name,
) {
  const loadBoth = async () => {
    const [module] = await Promise.all([load(), loadMessages(rooms)])
    return module
  }
  return lazyRouteComponent(loadBoth, name)
}

/** The table of screens. Every path is one of the contract's. */
export function createPortalRouter(queryClient: QueryClient) {
  const root = createRootRoute({
    component: Outlet,
    notFoundComponent: RouteNotFound,
    errorComponent: RouteError,
  })
  const home = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: async ({ search }) => {
      const consent = readConsentReturn(search)
      if (consent) {
        const { to, search: step } = splitHref(paths.guide(consent.org, 'consent'))
        throw redirect({ to, search: { ...step, consent: consent.outcome }, replace: true })
      }
      const session = await queryClient.ensureQueryData(sessionQuery)
      if (session.kind === 'signedOut') {
        const org = lastOrganization()
        throw redirect({ to: org === undefined ? paths.signIn() : paths.signInOf(org) })
      }
      throw redirect({ to: homeOf(session) })
    },
  })
  const signIn = createRoute({
    getParentRoute: () => root,
    path: paths.signIn(),
    component: screen('sign-in', () => import('./sign-in/SignInScreen.tsx'), 'SignInScreen'),
  })
  const signInOf = createRoute({
    getParentRoute: () => root,
    path: paths.signInOf('$org'),
    component: screen(
      'sign-in',
      () => import('./sign-in/OrganizationSignInScreen.tsx'),
      'OrganizationSignInScreen',
    ),
  })
  const stepUpDone = createRoute({
    getParentRoute: () => root,
    path: paths.stepUpDone(),
    component: screen(
      ['step-up', 'sign-in'],
      () => import('./step-up/StepUpDoneScreen.tsx'),
      'StepUpDoneScreen',
    ),
  })
  const setPassword = createRoute({
    getParentRoute: () => root,
    path: '/set-password',
    component: screen(
      'sign-in',
      () => import('./sign-in/SetPasswordScreen.tsx'),
      'SetPasswordScreen',
    ),
  })

  const signedIn = createRoute({
    getParentRoute: () => root,
    id: 'signedIn',
    beforeLoad: async ({ location, params }) => {
      const session = await queryClient.ensureQueryData(sessionQuery)
      if (session.kind === 'signedIn') return
      const returnTo = isReturnPath(location.href) ? location.href : undefined
      const { org }: { org?: string } = params
      const to = org === undefined ? paths.signIn() : paths.signInOf(org)
      throw redirect({ to, search: returnTo ? { returnTo } : {} })
    },
    component: lazyRouteComponent(() => import('./frame/Frame.tsx'), 'Frame'),
    notFoundComponent: RouteNotFound,
    errorComponent: RouteError,
  })
  const inFrame = (path: string, component: ReturnType<typeof screen>) =>
    createRoute({ getParentRoute: () => signedIn, path, component })

  const screens = [
    inFrame(
      paths.overview('$org'),
      screen(['overview', 'sync'], () => import('./overview/OverviewScreen.tsx'), 'OverviewScreen'),
    ),
    inFrame(
      paths.users('$org'),
      screen(['directory', 'sync'], () => import('./directory/UsersScreen.tsx'), 'UsersScreen'),
    ),
    inFrame(
      paths.user('$org', '$user'),
      screen(
        ['directory', 'sync', 'roles'],
        () => import('./directory/UserScreen.tsx'),
        'UserScreen',
      ),
    ),
    inFrame(
      paths.groups('$org'),
      screen('directory', () => import('./directory/GroupsScreen.tsx'), 'GroupsScreen'),
    ),
    inFrame(
      paths.group('$org', '$group'),
      screen(['directory', 'sync'], () => import('./directory/GroupScreen.tsx'), 'GroupScreen'),
    ),
    inFrame(
      paths.devices('$org'),
      screen(
        ['devices', 'commands', 'device-groups'],
        () => import('./devices/DevicesScreen.tsx'),
        'DevicesScreen',
      ),
    ),
    inFrame(
      paths.device('$org', '$device'),
      screen(
        ['devices', 'enrolment', 'wipes', 'my-devices', 'compliance'],
        () => import('./devices/DeviceScreen.tsx'),
        'DeviceScreen',
      ),
    ),
    inFrame(
      paths.deviceGroups('$org'),
      screen(
        'device-groups',
        () => import('./device-groups/GroupsScreen.tsx'),
        'DeviceGroupsScreen',
      ),
    ),
    inFrame(
      paths.deviceGroup('$org', '$group'),
      screen(
        ['device-groups', 'devices', 'commands'],
        () => import('./device-groups/GroupScreen.tsx'),
        'DeviceGroupScreen',
      ),
    ),
    inFrame(
      paths.commands('$org'),
      screen(
        ['commands', 'devices'],
        () => import('./commands/CommandsScreen.tsx'),
        'CommandsScreen',
      ),
    ),
    inFrame(
      paths.commandBatch('$org', '$batch'),
      screen(['commands', 'devices'], () => import('./commands/BatchScreen.tsx'), 'BatchScreen'),
    ),
    inFrame(
      paths.compliance('$org'),
      screen('compliance', () => import('./compliance/ComplianceScreen.tsx'), 'ComplianceScreen'),
    ),
    inFrame(
      paths.wipes('$org'),
      screen('wipes', () => import('./wipes/WipesScreen.tsx'), 'WipesScreen'),
    ),
    inFrame(
      paths.wipe('$org', '$wipe'),
      screen('wipes', () => import('./wipes/WipeScreen.tsx'), 'WipeScreen'),
    ),
    inFrame(
      paths.enrolment('$org'),
      screen('enrolment', () => import('./enrolment/AttemptsScreen.tsx'), 'AttemptsScreen'),
    ),
    inFrame(
      paths.enrolmentAttempt('$org', '$attempt'),
      screen('enrolment', () => import('./enrolment/AttemptScreen.tsx'), 'AttemptScreen'),
    ),
    inFrame(
      paths.enrolmentRules('$org'),
      screen(
        ['enrolment', 'sync-settings'],
        () => import('./enrolment/RulesScreen.tsx'),
        'RulesScreen',
      ),
    ),
    inFrame(
      paths.enrolmentSessions('$org'),
      screen(
        ['enrolment', 'sync-settings'],
        () => import('./enrolment/SessionsScreen.tsx'),
        'SessionsScreen',
      ),
    ),
    inFrame(
      paths.enrolmentTokens('$org'),
      screen('enrolment', () => import('./enrolment/TokensScreen.tsx'), 'TokensScreen'),
    ),
    inFrame(
      paths.enrolmentDoctor('$org'),
      screen('enrolment', () => import('./enrolment/DoctorScreen.tsx'), 'DoctorScreen'),
    ),
    inFrame(
      paths.enrolmentTerms('$org'),
      screen(
        ['enrolment', 'sync-settings'],
        () => import('./enrolment/TermsScreen.tsx'),
        'TermsScreen',
      ),
    ),
    inFrame(
      paths.certificateAuthority('$org'),
      screen('enrolment', () => import('./enrolment/AuthorityScreen.tsx'), 'AuthorityScreen'),
    ),
    inFrame(
      paths.syncRuns('$org'),
      screen('sync', () => import('./sync/SyncRunsScreen.tsx'), 'SyncRunsScreen'),
    ),
    inFrame(
      paths.syncRun('$org', '$run'),
      screen('sync', () => import('./sync/SyncRunScreen.tsx'), 'SyncRunScreen'),
    ),
    inFrame(
      paths.syncProblems('$org'),
      screen('sync', () => import('./sync/OpenProblemsScreen.tsx'), 'OpenProblemsScreen'),
    ),
    inFrame(
      paths.audit('$org'),
      screen('audit', () => import('./audit/AuditScreen.tsx'), 'AuditScreen'),
    ),
    inFrame(
      paths.guide('$org'),
      screen('set-up', () => import('./set-up/EntraScreen.tsx'), 'EntraScreen'),
    ),
    inFrame(
      paths.syncSettings('$org'),
      screen(
        'sync-settings',
        () => import('./sync-settings/SyncSettingsScreen.tsx'),
        'SyncSettingsScreen',
      ),
    ),
    inFrame(
      paths.signInSettings('$org'),
      screen(
        'single-sign-on',
        () => import('./single-sign-on/SignInSettingsScreen.tsx'),
        'SignInSettingsScreen',
      ),
    ),
    inFrame(
      paths.signInTest('$org', '$attempt'),
      screen(
        ['single-sign-on', 'roles'],
        () => import('./single-sign-on/SignInTestScreen.tsx'),
        'SignInTestScreen',
      ),
    ),
    inFrame(
      paths.roles('$org'),
      screen(['roles', 'settings'], () => import('./roles/RolesScreen.tsx'), 'RolesScreen'),
    ),
    inFrame(
      paths.sessions('$org'),
      screen('account', () => import('./account/SessionsScreen.tsx'), 'SessionsScreen'),
    ),
    inFrame(
      paths.account('$org'),
      screen(
        ['account', 'my-devices'],
        () => import('./account/AccountScreen.tsx'),
        'AccountScreen',
      ),
    ),
    inFrame(
      paths.selfService('$org'),
      screen(
        ['account', 'my-devices'],
        () => import('./account/SelfServiceScreen.tsx'),
        'SelfServiceScreen',
      ),
    ),
    inFrame(
      paths.selfServiceSettings('$org'),
      screen(
        'my-devices',
        () => import('./my-devices/SelfServiceSettingsScreen.tsx'),
        'SelfServiceSettingsScreen',
      ),
    ),
    inFrame(
      paths.administrators('$org'),
      screen(
        'settings',
        () => import('./settings/AdministratorsScreen.tsx'),
        'AdministratorsScreen',
      ),
    ),
    inFrame(
      paths.apiTokens('$org'),
      screen('settings', () => import('./settings/ApiTokensScreen.tsx'), 'ApiTokensScreen'),
    ),
    inFrame(
      paths.organization('$org'),
      screen('settings', () => import('./settings/OrganizationScreen.tsx'), 'OrganizationScreen'),
    ),
  ]

  return createRouter({
    routeTree: root.addChildren([
      home,
      signIn,
      signInOf,
      stepUpDone,
      setPassword,
      signedIn.addChildren(screens),
    ]),
    parseSearch: parsePlainSearch,
    stringifySearch: writePlainSearch,
    defaultErrorComponent: RouteError,
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    scrollRestoration: true,
  })
}
