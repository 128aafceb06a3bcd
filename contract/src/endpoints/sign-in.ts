import { z } from 'zod'
import * as signIn from '../sign-in.ts'
import type { Endpoint } from './endpoint.ts'

export const signInEndpoints = {
  getSession: {
    method: 'GET',
    path: '/session',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Who is signed in with the session cookie',
    status: 200,
    response: signIn.Session,
  },
  signIn: {
    method: 'POST',
    path: '/session',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Sign in as a local administrator',
    body: signIn.Credentials,
    status: 200,
    response: signIn.Session,
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    tag: 'Sign-in',
    permission: 'signedIn',
    summary: 'End the session',
    status: 200,
    response: signIn.SignedOut,
  },
  readPasswordLink: {
    method: 'POST',
    path: '/password-link',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Look at a one-time link before using it',
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    status: 200,
    response: signIn.PasswordLink,
  },
  setPassword: {
    method: 'POST',
    path: '/password',
    tag: 'Sign-in',
    permission: 'public',
    summary: 'Set a password with a one-time link, and sign in',
    body: signIn.PasswordChoice,
    status: 200,
    response: signIn.Session,
  },
} as const satisfies Record<string, Endpoint>
