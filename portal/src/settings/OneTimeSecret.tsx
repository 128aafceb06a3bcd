import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyValue } from '../frame/Copy.tsx'
import { Panel } from '../ui/Panel.tsx'

type Props = { title: string; hint: string; label: string; value: string; onDone: () => void }

/** Something that is shown this once only: copy it now. */
export function OneTimeSecret({ title, hint, label, value, onDone }: Props) {
  const { t } = useTranslation('settings')
  return (
    <Panel title={title} hint={hint}>
      <CopyValue label={label} value={value} />
      <Button variant="default" size="xs" mt="md" onClick={onDone}>
        {t('oneTime.done')}
      </Button>
    </Panel>
  )
}
