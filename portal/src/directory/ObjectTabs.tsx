import { Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { usePageSearch } from '../frame/navigation.ts'
import classes from './ObjectTabs.module.css'

/** Where there are more tabs than fit, the open one is not beyond the edge. The page itself stays. */
function keepInSight(tab: HTMLElement | null) {
  const list = tab?.parentElement
  if (!list) return
  // The router first puts back where the list stood before.
  requestAnimationFrame(() => {
    const [inner, outer] = [tab.getBoundingClientRect(), list.getBoundingClientRect()]
    list.scrollLeft += Math.max(0, inner.right - outer.right) - Math.max(0, outer.left - inner.left)
  })
}

export type ObjectTab = { id: string; label: string; content: ReactNode }

/** The tabs of a person or group; the open one is in the address. */
export function ObjectTabs({ tabs }: { tabs: readonly ObjectTab[] }) {
  const [search, change] = usePageSearch()
  const first = tabs[0]?.id ?? ''
  const open = tabs.find((tab) => tab.id === search['tab'])?.id ?? first
  return (
    <Tabs
      value={open}
      onChange={(tab) =>
        change(
          { tab: tab === first ? undefined : (tab ?? undefined), cursor: undefined },
          'replace',
        )
      }
    >
      <Tabs.List mb="md" className={classes['list'] ?? ''}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id} ref={tab.id === open ? keepInSight : null}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.id} value={tab.id}>
          {tab.id === open && tab.content}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
