import type { ConnectionInput } from '@mooring/contract/connection'
import type { Guide } from '@mooring/contract/set-up'
import { useMutation } from '@tanstack/react-query'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'
import { useRefreshConnection } from './use-guide.ts'

type Changes = Partial<Pick<ConnectionInput, 'credential' | 'syncUsers' | 'syncGroups'>>

/**
 * Saves the connection: what is not among the changes stays as it is. With a new credential the
 * drafted IDs take effect, too; without one they must wait, as the server would refuse them. A new
 * credential is tried at once, so that the page shows whether it works.
 */
export function useSaveConnection(guide: Guide) {
  const org = useOrg()
  const refresh = useRefreshConnection()
  const { draft, connection } = guide
  const tenantId = draft.tenantId ?? connection?.tenantId
  const clientId = draft.clientId ?? connection?.clientId
  const save = useMutation({
    mutationFn: async (changes: Changes) => {
      const ids = changes.credential ? { tenantId, clientId } : connection
      const body = {
        tenantId: ids?.tenantId ?? '',
        clientId: ids?.clientId ?? '',
        syncUsers: connection?.syncUsers ?? true,
        syncGroups: connection?.syncGroups ?? true,
        ...changes,
      }
      await call('putConnection', { params: { org }, body })
      if (changes.credential) await call('checkConnection', { params: { org } })
    },
    onSettled: refresh,
  })
  return { ...save, hasIds: tenantId !== undefined && clientId !== undefined }
}
