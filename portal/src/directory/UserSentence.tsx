import type { User } from '@mooring/contract/directory'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/Ago.tsx'
import { useFormats } from '../language/format.ts'
import { useStateReason } from './state-reason.ts'

/** How somebody stands here, and why: one sentence. */
export function UserSentence({ user }: { user: User }) {
  const { t } = useTranslation('directory')
  const { date } = useFormats()
  const now = useNow()
  const reason = useStateReason()(user)
  const { state, removedAt, deletedOn } = user
  if (state !== 'removed' || !removedAt || !deletedOn) {
    const since = date(user.createdAt)
    return t(`user.sentence.${state === 'active' ? 'active' : 'disabled'}`, { reason, since })
  }
  return t(`user.sentence.${Date.parse(deletedOn) <= now ? 'ending' : 'removed'}`, {
    since: date(removedAt),
    reason,
    until: date(deletedOn),
  })
}
