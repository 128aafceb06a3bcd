import { escapeHtml, loginPage } from '../entra/login-page.ts'
import { html, type Reply } from '../http/reply.ts'

/** A choice that a page offers: the name and value that are posted, and what stands on the button. */
type Button = {
  readonly name: string
  readonly value: string
  readonly text: string
  readonly detail?: string
}

/** The sign-in that a page belongs to. */
type PageFlow = { readonly id: string; readonly tenant: { readonly id: string } }

type Page = {
  readonly title: string
  readonly heading: string
  /** HTML between heading and buttons. */
  readonly body?: string
  readonly flow: PageFlow
  readonly buttons: readonly Button[]
}

const cancel: Button = { name: 'action', value: 'cancel', text: 'Cancel' }

export function askNamePage(flow: PageFlow, appName: string, suggestion: string): Reply {
  return page({
    title: 'Sign in to your account',
    heading: 'Sign in',
    body: `<p>to continue to ${escapeHtml(appName)}</p>
<label for="username">User name</label>
<input id="username" name="username" type="text" autocomplete="username" spellcheck="false" autofocus value="${escapeHtml(suggestion)}">`,
    flow,
    buttons: [{ name: 'action', value: 'next', text: 'Next' }, cancel],
  })
}

export function pickAccountPage(
  flow: PageFlow,
  accounts: readonly { id: string; displayName: string; name: string }[],
): Reply {
  const known = accounts.map(({ id, displayName, name }) => ({
    name: 'account',
    value: id,
    text: displayName,
    detail: name,
  }))
  const other = { name: 'account', value: 'other', text: 'Use another account' }
  return page({
    title: 'Sign in to your account',
    heading: 'Pick an account',
    flow,
    buttons: [...known, other, cancel],
  })
}

export function askMfaPage(flow: PageFlow, name: string): Reply {
  return page({
    title: 'Sign in to your account',
    heading: 'Approve sign in request',
    body: `<p>${escapeHtml(name)}</p><p>Open your Authenticator app, and approve the request to sign in.</p>`,
    flow,
    buttons: [
      { name: 'action', value: 'approve', text: 'Approve' },
      { name: 'action', value: 'deny', text: 'Deny' },
    ],
  })
}

export function askConsentPage(flow: PageFlow, appName: string, scopes: readonly string[]): Reply {
  const items = scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('')
  return page({
    title: 'Sign in to your account',
    heading: 'Permissions requested',
    body: `<p>${escapeHtml(appName)}</p><p>This app would like to:</p><ul>${items}</ul>`,
    flow,
    buttons: [{ name: 'action', value: 'accept', text: 'Accept' }, cancel],
  })
}

export function askAdminPage(flow: PageFlow, appName: string): Reply {
  return page({
    title: 'Sign in to your account',
    heading: 'Need admin approval',
    body: `<p>${escapeHtml(appName)}</p><p>AADSTS90094: ${escapeHtml(appName)} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>`,
    flow,
    buttons: [
      {
        name: 'action',
        value: 'return',
        text: 'Return to the application without granting consent',
      },
    ],
  })
}

export function askDeviceCodePage(action: string, problem: string): Reply {
  return html(
    200,
    loginPage(
      'Sign in to your account',
      `<h1>Enter code</h1><p>Enter the code displayed on your app or device.</p>
<form method="post" action="${escapeHtml(action)}"><label for="otc">Code</label>
<input id="otc" name="otc" type="text" autocomplete="off" autofocus><p role="alert">${escapeHtml(problem)}</p>
${toHtml({ name: 'action', value: 'next', text: 'Next' })}</form>`,
    ),
  )
}

export function deviceDonePage(appName: string, isSignedIn: boolean): Reply {
  const text = isSignedIn
    ? `You have signed in to the ${appName} application on your device. You may now close this window.`
    : `You have not signed in to the ${appName} application on your device. You may now close this window.`
  const body = `<h1>${escapeHtml(appName)}</h1><p>${escapeHtml(text)}</p>`
  return html(200, loginPage('Sign in to your account', body), { 'cache-control': 'no-store' })
}

export function pickSignOutPage(
  action: string,
  hidden: Readonly<Record<string, string>>,
  accounts: readonly { id: string; displayName: string; name: string }[],
): Reply {
  const buttons = accounts.map(({ id, displayName, name }) => ({
    name: 'account',
    value: id,
    text: displayName,
    detail: name,
  }))
  return html(
    200,
    loginPage(
      'Sign out',
      `<h1>Pick an account</h1><p>Which account do you want to sign out of?</p>
<form method="post" action="${escapeHtml(action)}">${toHidden(hidden)}${buttons.map(toHtml).join('\n')}</form>`,
    ),
  )
}

/** The page with the iframes of front-channel logout; it goes on to the app by itself. */
export function signedOutPage(frames: readonly string[], goOn: string | undefined): Reply {
  const iframes = frames.map(
    (url) => `<iframe src="${escapeHtml(url)}" title="Sign-out of an app" hidden></iframe>`,
  )
  const away = goOn === undefined ? '' : `<p><a href="${escapeHtml(goOn)}">Continue</a></p>`
  return html(
    200,
    loginPage(
      'Sign out',
      `<h1>You signed out of your account</h1><p>It's a good idea to close all browser windows.</p>${away}${iframes.join('')}`,
    ),
    // Time for the frames, then away; without scripts.
    { 'cache-control': 'no-store', ...(goOn === undefined ? {} : { refresh: `1;url=${goOn}` }) },
  )
}

function page({ title, heading, body, flow, buttons }: Page): Reply {
  return html(
    200,
    loginPage(
      title,
      `<h1>${heading}</h1>
<form method="post" action="/${flow.tenant.id}/login">${toHidden({ flowToken: flow.id })}${body ?? ''}
${buttons.map(toHtml).join('\n')}</form>`,
    ),
    { 'cache-control': 'no-store' },
  )
}

function toHidden(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
}

function toHtml({ name, value, text, detail }: Button): string {
  const small = detail === undefined ? '' : `<small>${escapeHtml(detail)}</small>`
  return `<button name="${name}" value="${escapeHtml(value)}"${name === 'account' ? ' class="tile"' : ''}>${escapeHtml(text)}${small}</button>`
}
