import { Button } from '@mantine/core'
import type { MadeEnrolmentToken } from '@mooring/contract/enrolment'
import { useTranslation } from 'react-i18next'
import { QrCode } from '../account/QrCode.tsx'
import { CopyValue } from '../frame/Copy.tsx'
import { useFormats } from '../language/format.ts'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

type Props = { token: MadeEnrolmentToken; onDone: () => void }

/** A token is told this once: as a link, as a QR code, and bare. */
export function FreshToken({ token, onDone }: Props) {
  const { t } = useTranslation('enrolment')
  const { dateTime } = useFormats()
  return (
    <Panel title={t('fresh.title', { name: token.name })} hint={t('fresh.hint')}>
      <div className={classes['fresh']}>
        <div className={classes['code']}>
          <QrCode text={token.link} label={t('fresh.code')} size={208} />
        </div>
        <div className={classes['values']}>
          <CopyValue label={t('fresh.link')} value={token.link} />
          <CopyValue label={t('fresh.token')} value={token.token} />
          <div className={classes['small']}>
            {t('fresh.until', { time: dateTime(token.expiresAt), count: token.mostUses })}
          </div>
          <div>
            <Button variant="default" size="xs" onClick={onDone}>
              {t('fresh.done')}
            </Button>
          </div>
        </div>
      </div>
    </Panel>
  )
}
