import { searchWords } from '../platform/folding.ts'
import type { UserRow } from '../platform/schema.ts'

export type NamedUser = Pick<
  UserRow,
  | 'display_name'
  | 'given_name'
  | 'surname'
  | 'user_principal_name'
  | 'mail'
  | 'department'
  | 'job_title'
  | 'employee_id'
>

/** The words by which a person is found. */
export const wordsOf = (user: NamedUser): string =>
  searchWords([
    user.display_name,
    user.given_name,
    user.surname,
    user.user_principal_name,
    user.mail,
    user.department,
    user.job_title,
    user.employee_id,
  ])
