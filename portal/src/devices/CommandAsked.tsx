import type { AskedOf } from '@mooring/contract/management'
import { useTranslation } from 'react-i18next'
import classes from './Devices.module.css'

type Props = { kind: string; asked: AskedOf }

/** What exactly was asked, where the kind does not say it all; the nodes of experts are folded. */
export function CommandAsked({ kind, asked }: Props) {
  const { t } = useTranslation('devices')
  const { name, full, atomic, operations } = asked
  return (
    <>
      {name !== undefined && <div className="soft">{t('asked.name', { name })}</div>}
      {kind === 'defenderScan' && (
        <div className="soft">{t(full ? 'asked.full' : 'asked.quick')}</div>
      )}
      {operations && (
        <details className={classes['answers']}>
          <summary>
            {t('asked.operations', { count: operations.length })}
            {atomic && ` · ${t('asked.atomic')}`}
          </summary>
          <ul>
            {operations.map(({ verb, uri, data, withheld }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the order never changes, and two may be alike
              <li key={index}>
                <code className={`mono ${classes['whole']}`}>
                  {verb} {uri}
                </code>
                {data !== undefined && <pre className={`mono ${classes['value']}`}>{data}</pre>}
                {withheld !== undefined && (
                  <div className="soft">{t('asked.withheld', { count: withheld })}</div>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
