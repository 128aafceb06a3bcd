import { Button, Group, Textarea } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Panel } from '../ui/Panel.tsx'
import classes from './Enrolment.module.css'

/** As much as the server reads. */
const MOST_CHARACTERS = 2000

type Props = { asked: string; onAsk: (text: string) => void }

/** Takes what somebody has of a failed enrolment: a code, an id, or the whole message. */
export function DoctorForm({ asked, onAsk }: Props) {
  const { t } = useTranslation('enrolment')
  const [text, setText] = useState(asked)
  const ask = () => onAsk(text.trim().slice(0, MOST_CHARACTERS))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    ask()
  }
  return (
    <Panel title={t('doctor.askTitle')} hint={t('doctor.askHint')}>
      <form onSubmit={submit} className={classes['fields']}>
        <Textarea
          label={t('doctor.text')}
          description={t('doctor.examples')}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={MOST_CHARACTERS}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Group gap="xs">
          <Button type="submit" disabled={text.trim() === ''}>
            {t('doctor.ask')}
          </Button>
          {asked !== '' && (
            <Button variant="default" onClick={() => onAsk('')}>
              {t('doctor.clear')}
            </Button>
          )}
        </Group>
      </form>
    </Panel>
  )
}
