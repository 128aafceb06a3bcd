import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'

type Props = {
  value: string
  /** What it does, naming what is copied. */
  label: string
  doneLabel: string
  /** With text beside the icon; otherwise the label is a tooltip. */
  text?: string
}

/** Copies a value and says so, on the button and to a screen reader. */
export function CopyButton({ value, label, doneLabel, text }: Props) {
  const { copied, copy } = useClipboard({ timeout: 2000 })
  const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
  const color = copied ? 'teal' : undefined
  return (
    <>
      {text ? (
        <Button
          variant="default"
          size="xs"
          leftSection={icon}
          aria-label={label}
          onClick={() => copy(value)}
        >
          {copied ? doneLabel : text}
        </Button>
      ) : (
        <Tooltip label={copied ? doneLabel : label}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color={color ?? 'gray'}
            aria-label={label}
            onClick={() => copy(value)}
          >
            {icon}
          </ActionIcon>
        </Tooltip>
      )}
      <span role="status" className="visually-hidden">
        {copied ? doneLabel : ''}
      </span>
    </>
  )
}
