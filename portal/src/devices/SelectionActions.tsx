import { MOST_DEVICES_NAMED } from '@mooring/contract/command-batches'
import { useTranslation } from 'react-i18next'
import { ManyActions } from '../commands/ManyActions.tsx'
import { AddToGroup } from '../device-groups/AddToGroup.tsx'
import { useFormats } from '../language/format.ts'

type Props = {
  org: string
  chosen: ReadonlySet<string>
  /** After they were put somewhere. */
  onDone: () => void
}

/** What can be done with the devices that are chosen in a list. */
export function SelectionActions({ org, chosen, onDone }: Props) {
  const { t } = useTranslation('commands')
  const { number } = useFormats()
  const devices = [...chosen]
  if (devices.length > MOST_DEVICES_NAMED) {
    return <span className="soft">{t('tooMany', { number: number(MOST_DEVICES_NAMED) })}</span>
  }
  return (
    <>
      <AddToGroup org={org} devices={devices} onAdded={onDone} />
      {/* They stay chosen: what is said of the request stands here, and there may be more to tell. */}
      <ManyActions org={org} target={{ kind: 'devices', devices }} size="xs" />
    </>
  )
}
