import { Drawer } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../sign-in/session.ts'
import classes from './Frame.module.css'
import { NotFound } from './NotFound.tsx'
import { useOrg } from './navigation.ts'
import { OwnBar } from './OwnBar.tsx'
import { Rail } from './Rail.tsx'
import { TopBar } from './TopBar.tsx'

const Palette = lazy(() => import('./Palette.tsx').then((m) => ({ default: m.Palette })))

/** Rail, top bar and content: what every screen behind the sign-in stands in. */
export function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const org = useOrg()
  const router = useRouter()
  const [isRailOpen, rail] = useDisclosure(false)
  const [isPaletteOpen, palette] = useDisclosure(false)
  const content = useFocusAfterNavigation()
  useHotkeys([['mod+K', palette.toggle]], [])

  const isSignedOut = session === undefined
  useEffect(() => {
    if (isSignedOut) void router.invalidate()
  }, [isSignedOut, router])
  if (!session) return null

  // Whoever may see nothing of the organization has only what is their own: no rail, nothing to search.
  const isOwnOnly = !session.permissions.includes('organization.read')
  const isKnown = session.organizations.some(({ slug }) => slug === org)
  return (
    <div className={classes['frame']} data-own={isOwnOnly || undefined}>
      <a href="#content" className={classes['skip']}>
        {t('frame.skip')}
      </a>
      {!isOwnOnly && (
        <nav className={classes['rail']} aria-label={t('frame.navigation')}>
          <Rail />
        </nav>
      )}
      <Drawer.Root opened={isRailOpen} onClose={rail.close} size={280} padding={0}>
        <Drawer.Overlay />
        <Drawer.Content aria-label={t('frame.navigation')}>
          <nav aria-label={t('frame.navigation')}>
            <Rail onNavigate={rail.close} />
          </nav>
        </Drawer.Content>
      </Drawer.Root>
      {isOwnOnly ? (
        <OwnBar session={session} />
      ) : (
        <TopBar session={session} onOpenRail={rail.open} onOpenPalette={palette.open} />
      )}
      <main id="content" ref={content} tabIndex={-1} className={classes['content']}>
        {isKnown ? <Outlet /> : <NotFound />}
      </main>
      {isPaletteOpen && !isOwnOnly && (
        <Suspense fallback={null}>
          <Palette onClose={palette.close} />
        </Suspense>
      )}
    </div>
  )
}

/** A screen reader and the Tab key go on at the new page, not at the link that led there. */
function useFocusAfterNavigation() {
  const content = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const before = useRef(path)
  useEffect(() => {
    if (before.current !== undefined && before.current !== path) {
      content.current?.focus({ preventScroll: true })
    }
    before.current = path
  }, [path])
  return content
}
