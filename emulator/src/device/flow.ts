import type { EnrolmentType } from './request-token.ts'

/** How an enrolment comes about. `user` is a user principal name or an object id. */
export type EnrolmentFlow =
  /** Entra join in the first start, and from Settings. */
  | { readonly kind: 'oobe' | 'settings'; readonly user: string }
  /** "Add work or school account": the device is the person's own. */
  | { readonly kind: 'workAccount'; readonly user: string }
  /** A group policy on a device that is joined already: nobody has seen terms. */
  | { readonly kind: 'policy'; readonly user: string }
  /** "Enrol only in device management": the server's own sign-in page. */
  | { readonly kind: 'signIn'; readonly server: string; readonly user: string }
  /** By a program or a link that brings a token of the server's own. */
  | {
      readonly kind: 'token'
      readonly server: string
      readonly token: string
      readonly user?: string
    }

export type EntraFlow = Extract<
  EnrolmentFlow,
  { kind: 'oobe' | 'settings' | 'workAccount' | 'policy' }
>

/** What makes the flows differ. */
export type FlowTraits = {
  readonly enrolmentType: EnrolmentType
  readonly isInOobe: boolean
  readonly startedByPerson: boolean
}

export function toTraits(flow: EnrolmentFlow): FlowTraits {
  switch (flow.kind) {
    case 'oobe':
      return { enrolmentType: 'Device', isInOobe: true, startedByPerson: true }
    case 'settings':
      return { enrolmentType: 'Device', isInOobe: false, startedByPerson: true }
    case 'policy':
      return { enrolmentType: 'Device', isInOobe: false, startedByPerson: false }
    case 'workAccount':
    case 'signIn':
      return { enrolmentType: 'Full', isInOobe: false, startedByPerson: true }
    case 'token':
      return { enrolmentType: 'Full', isInOobe: false, startedByPerson: false }
  }
}
