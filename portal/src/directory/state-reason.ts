import type { User } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'

/** Says why somebody is not active, in the words that runs have for it. */
export function useStateReason() {
  const { t } = useTranslation('sync')
  return ({ state, stateReason }: Pick<User, 'state' | 'stateReason'>) => {
    const reason = stateReason ?? (state === 'disabled' ? 'accountDisabled' : undefined)
    return reason ? t(`reason.${reason}`) : ''
  }
}
