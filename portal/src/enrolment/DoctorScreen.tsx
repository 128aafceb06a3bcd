import { useTranslation } from 'react-i18next'
import { useOrg, usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { PageHeader } from '../ui/PageHeader.tsx'
import { DiagnosisPart } from './DiagnosisPart.tsx'
import { DoctorForm } from './DoctorForm.tsx'
import { EnrolmentTabs } from './EnrolmentTabs.tsx'
import { OutsidePanel } from './OutsidePanel.tsx'

/** Why does a device not enrol? A code is explained, and enrolment is looked at from outside. */
export function DoctorScreen() {
  const { t } = useTranslation('enrolment')
  const org = useOrg()
  const [{ text = '' }, change] = usePageSearch()
  usePageTitle(t('doctor.title'))
  return (
    <>
      <EnrolmentTabs at="enrolmentDoctor" />
      <PageHeader title={t('doctor.title')} sentence={t('doctor.about')} />
      <div className="stack">
        {/* What is asked is in the address: an answer can be sent to a colleague. */}
        <DoctorForm key={text} asked={text} onAsk={(next) => change({ text: next || undefined })} />
        {text !== '' && <DiagnosisPart org={org} text={text} />}
        <OutsidePanel org={org} />
      </div>
    </>
  )
}
