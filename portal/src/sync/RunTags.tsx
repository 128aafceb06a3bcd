import { Group } from '@mantine/core'
import type { SyncRun } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { StateTag } from '../ui/StateTag.tsx'
import { RUN_TONES, runKind } from './run-tone.ts'

/** The state of a run, and whether it only shows what would be. */
export function RunTags({ run }: { run: SyncRun }) {
  const { t } = useTranslation('sync')
  const kind = runKind(run)
  return (
    <Group gap="xs">
      {kind !== 'run' && <StateTag tone="info" label={t(`shortKind.${kind}`)} />}
      <StateTag tone={RUN_TONES[run.state]} label={t(`state.${run.state}`)} />
    </Group>
  )
}
