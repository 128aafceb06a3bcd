import type { Provider } from '@mooring/contract/single-sign-on'
import { useTranslation } from 'react-i18next'
import { CopyValue } from '../frame/Copy.tsx'
import { Panel } from '../ui/Panel.tsx'
import classes from './SingleSignOn.module.css'

/** What is entered on the other side, and the address to give to people. */
export function ValuesToCarry({ provider }: { provider: Provider }) {
  const { t } = useTranslation('single-sign-on')
  const { kind } = provider.settings
  return (
    <Panel title={t('values.title')} hint={t(`values.hint.${kind}`)}>
      <div className={classes['values']}>
        <CopyValue label={t('values.redirectUri')} value={provider.redirectUri} />
        <CopyValue label={t('values.logoutUrl')} value={provider.frontChannelLogoutUrl} />
        <CopyValue label={t('values.signInUrl')} value={provider.signInUrl} />
        <div className={classes['small']}>{t('values.signInUrlHint')}</div>
      </div>
    </Panel>
  )
}
