import { Button, Title } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../sign-in/session.ts'
import { ApproveDialog, GiveUpDialog } from './DecisionDialogs.tsx'
import classes from './DecisionPanel.module.css'

/** The two ways on from a held run. Without the permission it says who has it. */
export function DecisionPanel({ org, run }: { org: string; run: SyncRun }) {
  const { t } = useTranslation('sync')
  const mayDecide = useMay('directory.approve')
  const [asking, setAsking] = useState<'approve' | 'giveUp'>()
  const close = () => setAsking(undefined)
  return (
    <section className={classes['panel']} aria-labelledby="decide">
      <div className={classes['line']}>
        <div className={classes['words']}>
          <Title order={2} size="h3" id="decide">
            {t('decide.title')}
          </Title>
          <p className={classes['text']}>{t(mayDecide ? 'decide.text' : 'decide.notAllowed')}</p>
        </div>
        {mayDecide && (
          <div className={classes['buttons']}>
            <Button variant="default" onClick={() => setAsking('giveUp')}>
              {t('decide.cancel')}
            </Button>
            <Button color="red" onClick={() => setAsking('approve')}>
              {t('decide.approve')}
            </Button>
          </div>
        )}
      </div>
      {asking === 'approve' && <ApproveDialog org={org} run={run} onClose={close} />}
      {asking === 'giveUp' && <GiveUpDialog org={org} run={run} onClose={close} />}
    </section>
  )
}
