import { Button } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './Pager.module.css'
import type { PlainSearch } from './plain-search.ts'

type Props = { nextCursor: string | null; summary?: ReactNode }

/** The cursors of the pages before this one live in the history entry, the present one in the address. */
function readTrail(state: unknown): readonly string[] {
  const trail = (state as { trail?: unknown } | undefined)?.trail
  return Array.isArray(trail) ? trail.filter((cursor) => typeof cursor === 'string') : []
}

/** Leafs through a list by its cursors. */
export function Pager({ nextCursor, summary }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const location = useRouterState({ select: (state) => state.location })
  const { cursor = '' }: PlainSearch = location.search
  const trail = readTrail(location.state)
  const go = (to: string, nextTrail: readonly string[]) =>
    void navigate({
      to: '.',
      search: (before: PlainSearch) => ({ ...before, cursor: to || undefined }),
      state: (before) => ({ ...before, trail: nextTrail }),
    })
  const previous = trail.at(-1)
  if (!nextCursor && !cursor && !summary) return null
  return (
    <nav className={classes['pager']} aria-label={t('pager.label')}>
      <div className="soft">{summary}</div>
      {(nextCursor || cursor) && (
        <div className={classes['buttons']}>
          {cursor !== '' && previous === undefined && (
            <Button variant="default" size="xs" onClick={() => go('', [])}>
              {t('pager.first')}
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconChevronLeft size={14} aria-hidden />}
            disabled={previous === undefined}
            onClick={() => go(previous ?? '', trail.slice(0, -1))}
          >
            {t('pager.previous')}
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronRight size={14} aria-hidden />}
            disabled={!nextCursor}
            onClick={() => go(nextCursor ?? '', [...trail, cursor])}
          >
            {t('pager.next')}
          </Button>
        </div>
      )}
    </nav>
  )
}
