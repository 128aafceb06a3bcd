import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/Panel.tsx'
import classes from './SingleSignOn.module.css'

/** What the provider said of the person, as it said it. */
export function TestClaims({ claims }: { claims: Record<string, unknown> }) {
  const { t } = useTranslation('single-sign-on')
  return (
    <Panel title={t('result.claims')} hint={t('result.claimsHint')} flush>
      <table className={classes['claims']} aria-label={t('result.claims')}>
        <tbody>
          {Object.entries(claims).map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
