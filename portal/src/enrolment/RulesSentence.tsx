import type { EnrolmentSettings } from '@mooring/contract/enrolment'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../language/format.ts'

/** Who may enrol, in words. */
export function RulesSentence({ settings }: { settings: EnrolmentSettings }) {
  const { t } = useTranslation('enrolment')
  const { number } = useFormats()
  const { who, devicesPerPerson, corporate, personal } = settings
  if (who.kind === 'nobody') return <>{t('rules.sentence.nobody')}</>
  const count = who.kind === 'groups' ? who.groups.length : 0
  const which = corporate && personal ? 'both' : corporate ? 'corporate' : 'personal'
  return (
    <>
      {who.kind === 'all' ? t('rules.sentence.all') : t('rules.sentence.groups', { count })}{' '}
      {t(`rules.sentence.${which}`)}{' '}
      {devicesPerPerson === null
        ? t('rules.sentence.noCap')
        : t('rules.sentence.cap', { count: devicesPerPerson, number: number(devicesPerPerson) })}
    </>
  )
}
