import type { RoleAssignment } from '@mooring/contract/roles'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api.ts'
import { useOrg } from '../frame/navigation.ts'
import { ProblemNotice } from '../frame/ProblemNotice.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'

type Props = { assignment: RoleAssignment; onClose: () => void }

/** Taking a role counts at once, for a group perhaps for many: it is asked for by name. */
export function TakeRoleDialog({ assignment, onClose }: Props) {
  const { t } = useTranslation(['roles', 'frame'])
  const org = useOrg()
  const queryClient = useQueryClient()
  const { holder, role } = assignment
  const take = useMutation({
    mutationFn: () => call('deleteRoleAssignment', { params: { org, assignment: assignment.id } }),
    onSuccess: async () => {
      onClose()
      // One's own rights may be among those that are gone.
      await queryClient.invalidateQueries()
    },
  })
  return (
    <ConfirmDialog
      title={t('take.title', { role: t(`frame:role.${role}`), name: holder.name })}
      word={holder.name}
      wordLabel={t('take.word', { name: holder.name })}
      confirmLabel={t('take.button')}
      cancelLabel={t('frame:action.cancel')}
      isBusy={take.isPending}
      problem={take.error && <ProblemNotice error={take.error} />}
      onConfirm={() => take.mutate()}
      onClose={onClose}
    >
      {holder.kind === 'group' ? t('take.group', { count: holder.people }) : t('take.user')}
    </ConfirmDialog>
  )
}
