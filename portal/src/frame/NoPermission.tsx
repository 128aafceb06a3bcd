import { paths } from '@mooring/contract/paths'
import type { Problem } from '@mooring/contract/problem'
import { IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../sign-in/session.ts'
import { Empty } from '../ui/Empty.tsx'
import { Codes } from './Codes.tsx'
import { ButtonLink } from './PageLink.tsx'

/** What is missing, and whom to ask. */
export function NoPermission({ problem }: { problem?: Problem }) {
  const { t } = useTranslation()
  const session = useSession()
  const seesNothing = session && !session.permissions.includes('organization.read')
  return (
    <Empty
      isPage
      icon={<IconLock size={24} />}
      title={t('noPermission.title')}
      text={
        <>
          <p>{problem?.detail ?? t('noPermission.detail')}</p>
          <p>{problem?.remedy ?? t('noPermission.remedy')}</p>
          {problem && (
            <div className="codes">
              <Codes code={problem.code} traceId={problem.traceId} />
            </div>
          )}
        </>
      }
      action={
        seesNothing && (
          <ButtonLink href={paths.selfService(session.account.organization)} variant="default">
            {t('noPermission.own')}
          </ButtonLink>
        )
      }
    />
  )
}
