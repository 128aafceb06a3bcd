import type { EnrolmentAttempt } from '@mooring/contract/enrolment'
import { paths } from '@mooring/contract/paths'
import { useTranslation } from 'react-i18next'
import { CopyCode } from '../frame/Copy.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { type Fact, Facts } from '../ui/Facts.tsx'
import { Panel } from '../ui/Panel.tsx'

type Props = { attempt: EnrolmentAttempt; org: string }

/** By what it can be found again, and what the device and its token said. */
export function AttemptFacts({ attempt, org }: Props) {
  const { t } = useTranslation('enrolment')
  const { exact } = useFormats()
  const { device, user, clientRequestId, entraDeviceId } = attempt
  const others = (filter: 'user' | 'device', value: string) =>
    `${paths.enrolment(org)}?${filter}=${encodeURIComponent(value)}`
  const id = (name: string, value: string | null): Fact => ({
    name,
    value: value && <CopyCode value={value} what={name} />,
  })
  return (
    <>
      <Panel title={t('attempt.ids')}>
        <Facts
          facts={[
            {
              name: t('attempt.device'),
              value: device.id ? (
                <>
                  <PageLink href={paths.device(org, device.id)}>
                    {device.name ?? device.id}
                  </PageLink>
                  <PageLink href={others('device', device.id)}>({t('attempt.others')})</PageLink>
                </>
              ) : (
                device.name
              ),
            },
            {
              name: t('attempt.user'),
              value: user && (
                <>
                  {user.name}
                  <PageLink href={others('user', user.entraId)}>({t('attempt.others')})</PageLink>
                </>
              ),
            },
            id(t('attempt.clientRequestId'), clientRequestId),
            id(t('attempt.entraDeviceId'), entraDeviceId),
            id(t('attempt.userEntraId'), user?.entraId ?? null),
            id(t('attempt.id'), attempt.id),
            { name: t('attempt.startedAt'), value: exact(attempt.startedAt) },
            { name: t('attempt.updatedAt'), value: exact(attempt.updatedAt) },
          ]}
        />
      </Panel>
      <Told facts={attempt.facts} />
    </>
  )
}

function Told({ facts }: { facts: EnrolmentAttempt['facts'] }) {
  const { t, i18n } = useTranslation('enrolment')
  const entries = Object.entries(facts)
  if (entries.length === 0) return null
  const nameOf = (key: string) => {
    const isKnown: boolean = i18n.exists(`fact.${key}`, { ns: 'enrolment' })
    // Looked up just now; what came later stands by its own name.
    return isKnown ? t(`fact.${key}` as 'fact.build') : key
  }
  const write = (value: string | number | boolean) => {
    if (typeof value === 'boolean') return t(value ? 'fact.yes' : 'fact.no')
    const isWord: boolean = i18n.exists(`factValue.${value}`, { ns: 'enrolment' })
    return isWord ? t(`factValue.${value}` as 'factValue.user') : String(value)
  }
  return (
    <Panel title={t('attempt.facts')} hint={t('attempt.factsHint')}>
      <Facts facts={entries.map(([key, value]) => ({ name: nameOf(key), value: write(value) }))} />
    </Panel>
  )
}
