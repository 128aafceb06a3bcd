import type { Problem } from '@mooring/contract/problem'
import { IconMapOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/Empty.tsx'
import { Codes } from './Codes.tsx'
import { usePageTitle } from './navigation.ts'
import { ButtonLink } from './PageLink.tsx'

export function NotFound({ problem }: { problem?: Problem }) {
  const { t } = useTranslation()
  usePageTitle(t('notFound.title'))
  return (
    <Empty
      isPage
      icon={<IconMapOff size={24} />}
      title={t('notFound.title')}
      text={
        <>
          <p>{problem ? `${problem.detail} ${problem.remedy}` : t('notFound.detail')}</p>
          {problem && (
            <div className="codes">
              <Codes code={problem.code} traceId={problem.traceId} />
            </div>
          )}
        </>
      }
      action={
        <ButtonLink href="/" variant="default">
          {t('notFound.home')}
        </ButtonLink>
      }
    />
  )
}
