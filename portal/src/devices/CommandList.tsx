import { Button } from '@mantine/core'
import type { DeviceCommand } from '@mooring/contract/management'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { useOrg } from '../frame/navigation.ts'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { useMay } from '../sign-in/session.ts'
import { ItemList } from '../ui/ItemList.tsx'
import type { Column } from '../ui/item-list.ts'
import { StateTag } from '../ui/StateTag.tsx'
import { CommandAnswers } from './CommandAnswers.tsx'
import { CommandAsked } from './CommandAsked.tsx'
import { canTakeBack, explanationOf, knownKind } from './command-view.ts'
import classes from './Devices.module.css'
import { COMMAND_TONES } from './tones.ts'

type Props = {
  commands: readonly DeviceCommand[] | undefined
  /** The one being taken back at the moment. */
  leaving: string | undefined
  onTakeBack: (command: DeviceCommand) => void
  onRetry: (command: DeviceCommand) => void
}

/** Commands, newest first. */
export function CommandList({ commands, leaving, onTakeBack, onRetry }: Props) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const mayManage = useMay('devices.manage')
  const nameOf = useCommandName()
  const org = useOrg()
  const columns: Column<DeviceCommand>[] = [
    {
      id: 'what',
      head: t('command.what'),
      narrow: 'first',
      width: '18%',
      cell: ({ kind, asked, batch }) => (
        <>
          {nameOf(kind)}
          <CommandAsked kind={kind} asked={asked} />
          {batch !== null && (
            <div>
              <PageLink href={paths.commandBatch(org, batch)}>{t('command.ofMany')}</PageLink>
            </div>
          )}
        </>
      ),
    },
    {
      id: 'state',
      head: t('command.state'),
      narrow: 'below',
      width: '16%',
      cell: (command) => <CommandTag command={command} />,
    },
    {
      id: 'when',
      head: t('command.when'),
      narrow: 'second',
      width: '20%',
      cell: ({ createdAt, createdBy }) => (
        <>
          <time dateTime={createdAt}>{dateTime(createdAt)}</time>
          <div className={`soft ${classes['whole']}`}>{createdBy}</div>
        </>
      ),
    },
    {
      id: 'result',
      head: t('command.result'),
      narrow: 'below',
      cell: (command) => (
        <div>
          <CommandResult command={command} />
          {mayManage && canTakeBack(command) && (
            <Button
              variant="subtle"
              size="compact-sm"
              loading={leaving === command.id}
              aria-label={t('command.takeBackNamed', {
                command: nameOf(command.kind),
                time: dateTime(command.createdAt),
              })}
              onClick={() => onTakeBack(command)}
            >
              {t('command.takeBack')}
            </Button>
          )}
          {mayManage && command.retriable && (
            <Button
              variant="subtle"
              size="compact-sm"
              loading={leaving === command.id}
              aria-label={t('command.retryNamed', {
                command: nameOf(command.kind),
                time: dateTime(command.createdAt),
              })}
              onClick={() => onRetry(command)}
            >
              {t('command.retry')}
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <ItemList
      label={t('device.commands')}
      columns={columns}
      items={commands}
      keyOf={({ id }) => id}
      expected={3}
    />
  )
}

/** A command by its name; by its kind where this portal has none. */
export function useCommandName() {
  const { t } = useTranslation('devices')
  return (kind: string) => {
    const known = knownKind(kind)
    return known ? t(`commandKind.${known}`) : kind
  }
}

function CommandTag({ command: { state, uncertain } }: { command: DeviceCommand }) {
  const { t } = useTranslation('devices')
  const isUnknown = state === 'sent' && uncertain
  return (
    <StateTag
      size="sm"
      tone={isUnknown ? 'attention' : COMMAND_TONES[state]}
      label={t(`commandState.${isUnknown ? 'uncertain' : state}`)}
    />
  )
}

export function CommandResult({ command }: { command: DeviceCommand }) {
  const { t } = useTranslation('devices')
  const { dateTime } = useFormats()
  const { result, endedAt } = command
  const explanation = explanationOf(command)
  return (
    <>
      {explanation && (
        <div>{t(`command.${explanation}`, { time: dateTime(command.expiresAt) })}</div>
      )}
      {result && <div>{result.text}</div>}
      {endedAt && <div className="soft">{t('command.endedAt', { time: dateTime(endedAt) })}</div>}
      {result && <CommandAnswers answers={result.answers} />}
    </>
  )
}
