import { PERMISSIONS } from '@mooring/contract/permissions'
import type { RoleInfo } from '@mooring/contract/roles'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import classes from './Roles.module.css'

/** Those that tell one role from another: the other two everybody has who is signed in. */
const TELLING = PERMISSIONS.filter((name) => name !== 'public' && name !== 'signedIn')

/** What each role may do, as a table: permissions down, roles across. */
export function RoleMatrix({ roles }: { roles: readonly RoleInfo[] }) {
  const { t } = useTranslation(['roles', 'frame'])
  return (
    // It scrolls sideways where it does not fit, also by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className={classes['scroll']} aria-label={t('matrix.title')} tabIndex={0}>
      <table className={classes['matrix']}>
        <thead>
          <tr>
            <th scope="col">{t('matrix.permission')}</th>
            {roles.map(({ role }) => (
              <th key={role} scope="col">
                {t(`frame:role.${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {TELLING.map((permission) => (
            <tr key={permission}>
              <th scope="row">{t(`permission.${permission}`)}</th>
              {roles.map((role) => (
                <td key={role.role}>
                  <Cell isGiven={role.permissions.includes(permission)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Cell({ isGiven }: { isGiven: boolean }) {
  const { t } = useTranslation('roles')
  if (!isGiven) return <span className="visually-hidden">{t('matrix.no')}</span>
  return (
    <>
      <IconCheck size={16} aria-hidden />
      <span className="visually-hidden">{t('matrix.yes')}</span>
    </>
  )
}
