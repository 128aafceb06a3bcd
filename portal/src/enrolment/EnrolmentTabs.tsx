import { paths } from '@mooring/contract/paths'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrg } from '../frame/navigation.ts'
import { splitHref } from '../frame/plain-search.ts'
import { useMay } from '../sign-in/session.ts'
import classes from './EnrolmentTabs.module.css'

const PAGES = [
  'enrolment',
  'enrolmentDoctor',
  'enrolmentRules',
  'enrolmentSessions',
  'enrolmentTerms',
  'enrolmentTokens',
  'certificateAuthority',
] as const
export type EnrolmentPage = (typeof PAGES)[number]

/** The pages around enrolment: what happened, who may, with what, and who vouches. */
export function EnrolmentTabs({ at }: { at: EnrolmentPage }) {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const mayManage = useMay('devices.manage')
  const pages = PAGES.filter((page) => page !== 'enrolmentTokens' || mayManage || page === at)
  return (
    <nav aria-label={t('tabs.label')} className={classes['tabs']}>
      {pages.map((page) => (
        <Link
          key={page}
          {...splitHref(paths[page](org))}
          className={classes['tab']}
          data-active={page === at || undefined}
          aria-current={page === at ? 'page' : undefined}
        >
          {t(`tabs.${page}`)}
        </Link>
      ))}
    </nav>
  )
}
