import { NativeSelect } from '@mantine/core'
import { paths } from '@mooring/contract/paths'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../sign-in/session.ts'
import { Mark } from '../ui/Mark.tsx'
import { useOrg } from './navigation.ts'
import { type Place, usePlaces } from './places.ts'
import { splitHref } from './plain-search.ts'
import classes from './Rail.module.css'

export function Rail({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation()
  const places = usePlaces()
  const sections = ['top', 'people', 'devices', 'activity', 'settings'] as const
  return (
    <div className={classes['rail']}>
      <div className={classes['brand']}>
        <Mark size={24} />
        <span>Mooring</span>
      </div>
      <OrganizationSwitcher onNavigate={onNavigate} />
      {sections.map((section) => {
        const inSection = places.filter((place) => place.section === section)
        if (inSection.length === 0) return null
        return (
          <div key={section} className={classes['section']}>
            {section !== 'top' && <div className={classes['heading']}>{t(`rail.${section}`)}</div>}
            <ul className={classes['list']}>
              {inSection.map((place) => (
                <RailItem key={place.id} place={place} onNavigate={onNavigate} />
              ))}
            </ul>
          </div>
        )
      })}
    </div>
  )
}

function RailItem({ place, onNavigate }: { place: Place; onNavigate?: (() => void) | undefined }) {
  const { Icon } = place
  return (
    <li>
      {place.under && <div className={classes['under']}>{place.under}</div>}
      <Link
        {...splitHref(place.href)}
        className={classes['item']}
        activeOptions={{ includeSearch: false }}
        activeProps={{ 'data-active': true }}
        {...(onNavigate ? { onClick: onNavigate } : {})}
      >
        <Icon size={18} stroke={1.75} aria-hidden />
        {place.label}
      </Link>
    </li>
  )
}

function OrganizationSwitcher({ onNavigate }: { onNavigate?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const org = useOrg()
  const navigate = useNavigate()
  const organizations = useSession()?.organizations ?? []
  if (organizations.length < 2) return null
  return (
    <div className={classes['switcher']}>
      <NativeSelect
        aria-label={t('rail.organization')}
        value={org}
        data={organizations.map(({ slug, name }) => ({ value: slug, label: name }))}
        onChange={(event) => {
          void navigate({ to: paths.overview(event.currentTarget.value) })
          onNavigate?.()
        }}
      />
    </div>
  )
}
