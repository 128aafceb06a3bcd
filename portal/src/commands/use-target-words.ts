import type { CommandBatch } from '@mooring/contract/command-batches'
import { useTranslation } from 'react-i18next'

/** For whom a request is, in a few words. */
export function useTargetWords() {
  const { t } = useTranslation('commands')
  return (target: CommandBatch['target']): string => {
    switch (target.kind) {
      case 'devices':
        return t('target.devices')
      case 'group':
        return t('target.group', { name: target.name })
      case 'filter':
        return t(Object.keys(target.filter).length === 0 ? 'target.everything' : 'target.filter')
      case 'outcome':
        return t('target.outcome')
    }
  }
}
