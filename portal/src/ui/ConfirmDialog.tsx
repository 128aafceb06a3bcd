import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'

type Props = {
  title: string
  children: ReactNode
  /** What must be typed before the button works; nothing if left out. */
  word?: string
  wordLabel?: string
  confirmLabel: string
  cancelLabel: string
  isBusy: boolean
  /** Whether what else is asked in the dialog has been answered. */
  isReady?: boolean
  /** For what can be taken back, or does no harm. */
  isHarmless?: boolean
  /** For much to read. */
  size?: 'lg'
  problem?: ReactNode
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be undone, and by name where much is at stake. */
export function ConfirmDialog(props: Props) {
  const [typed, setTyped] = useState('')
  const isNamed = props.word === undefined || typed.trim() === props.word
  const isSure = isNamed && props.isReady !== false
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isSure) props.onConfirm()
  }
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? 'md'}
      closeButtonProps={{ 'aria-label': props.cancelLabel }}
      centered
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>{props.children}</div>
          {props.word !== undefined && (
            <TextInput
              label={props.wordLabel}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {props.problem}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {props.cancelLabel}
            </Button>
            <Button
              type="submit"
              {...(props.isHarmless ? {} : { color: 'red' })}
              disabled={!isSure}
              loading={props.isBusy}
            >
              {props.confirmLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
