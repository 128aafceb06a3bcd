import { Drawer, Stack } from '@mantine/core'
import type { AuditEvent } from '@mooring/contract/audit'
import { paths } from '@mooring/contract/paths'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { PageLink } from '../frame/PageLink.tsx'
import { useFormats } from '../language/format.ts'
import { ask } from '../query.ts'
import { Facts } from '../ui/Facts.tsx'
import { StateTag } from '../ui/StateTag.tsx'
import { AuditChanges } from './AuditChanges.tsx'
import { Actor, AuditedObject, OUTCOME_TONES } from './AuditWords.tsx'

type Props = { org: string; number: string; onClose: () => void }

/** One event, whole: what changed, and from where it was done. */
export function AuditEventDrawer({ org, number, onClose }: Props) {
  const { t } = useTranslation('audit')
  const event = useQuery(ask('getAuditEvent', { params: { org, number } }))
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={event.data?.title ?? t('event.title', { number })}
      closeButtonProps={{ 'aria-label': t('event.close') }}
    >
      <Loaded query={event} skeleton={null}>
        {(data) => (
          <Stack gap="lg" pt={8}>
            <EventFacts org={org} event={data} />
            {data.changes.length > 0 && (
              <AuditChanges title={t('event.changes')} changes={data.changes} />
            )}
            <EventDetails details={data.details} />
          </Stack>
        )}
      </Loaded>
    </Drawer>
  )
}

function EventFacts({ org, event }: { org: string; event: AuditEvent }) {
  const { t } = useTranslation('audit')
  const { exact } = useFormats()
  const mono = (text: string | null) => text && <code className="mono">{text}</code>
  const { actor } = event
  const others = actor.id && `${paths.audit(org)}?actor=${encodeURIComponent(actor.id)}`
  return (
    <Facts
      facts={[
        {
          name: t('event.outcome'),
          value: (
            <StateTag tone={OUTCOME_TONES[event.outcome]} label={t(`outcome.${event.outcome}`)} />
          ),
        },
        {
          name: t('event.who'),
          value: (
            <>
              <Actor actor={actor} />
              {others && (
                <div>
                  <PageLink href={others}>{t('event.others')}</PageLink>
                </div>
              )}
            </>
          ),
        },
        { name: t('event.object'), value: <AuditedObject org={org} object={event.object} /> },
        {
          name: t('event.when'),
          value: <time dateTime={event.at}>{exact(event.at)}</time>,
        },
        { name: t('event.address'), value: mono(event.clientAddress) },
        { name: t('event.agent'), value: event.userAgent },
        { name: t('event.request'), value: mono(event.requestId) },
        { name: t('event.action'), value: mono(event.action) },
        { name: t('event.hash'), value: mono(event.hash) },
      ]}
    />
  )
}

function EventDetails({ details }: { details: AuditEvent['details'] }) {
  const { t } = useTranslation('audit')
  const facts = Object.entries(details)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => ({ name, value: String(value) }))
  if (facts.length === 0) return null
  return (
    <section aria-label={t('event.details')}>
      <Facts facts={facts} />
    </section>
  )
}
