import * as terms from '../terms-of-use.ts'
import { InOrganization, ListQuery } from '../values.ts'
import { type Endpoint, org } from './endpoint.ts'

export const termsEndpoints = {
  getTermsPage: {
    method: 'GET',
    path: `${org}/enrolments/terms`,
    tag: 'Enrolment',
    permission: 'devices.read',
    summary: 'The page of terms that people see before their device joins, if they see one',
    params: InOrganization,
    status: 200,
    response: terms.TermsPage,
  },
  putTermsPage: {
    method: 'PUT',
    path: `${org}/enrolments/terms`,
    tag: 'Enrolment',
    permission: 'enrolment.configure',
    summary: 'Write the page of terms, and switch it on or off',
    params: InOrganization,
    body: terms.TermsPageInput,
    status: 200,
    response: terms.TermsPage,
  },
  listTermsAnswers: {
    method: 'GET',
    path: `${org}/enrolments/terms/answers`,
    tag: 'Enrolment',
    permission: 'devices.read',
    summary: 'Who accepted or declined which version, newest first',
    params: InOrganization,
    query: ListQuery,
    status: 200,
    response: terms.TermsAnswerPage,
  },
} as const satisfies Record<string, Endpoint>
