import type { Guide, GuideStep } from '@mooring/contract/set-up'
import { expect, test } from 'vitest'
import { chooseView, isSettled } from './step-view.ts'

const step = (id: GuideStep['id'], state: GuideStep['state']): GuideStep => ({
  id,
  title: id,
  state,
  reason: '',
  instructions: [],
  valuesToCopy: [],
})
const steps = [step('prerequisites', 'done'), step('ids', 'open'), step('secret', 'open')]
const guide: Guide = {
  track: 'directory',
  tracks: [],
  steps,
  nextStep: 'ids',
  draft: { tenantId: null, clientId: null },
  connection: null,
  lastCheck: null,
  publicUrl: 'https://mooring.example',
  changed: null,
}
const connection: Guide['connection'] = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  clientId: '22222222-2222-4222-8222-222222222222',
  credential: { kind: 'secret', hint: 'abcd', expiresAt: null, setAt: '2026-01-01T00:00:00Z' },
  syncUsers: true,
  syncGroups: true,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  updatedBy: 'ada@harbour.example',
}
const nothing = { view: undefined, step: undefined }

test('without a track, one is chosen first', () => {
  expect(chooseView({ ...guide, track: null, steps: [] }, nothing)).toEqual({ kind: 'chooseTrack' })
})

test('returning lands on the first step that is not done', () => {
  expect(chooseView(guide, nothing)).toMatchObject({
    kind: 'step',
    step: { id: 'ids' },
    position: 1,
  })
})

test('a link to a step opens that step, a wrong one the next that is open', () => {
  expect(chooseView(guide, { ...nothing, step: 'secret' })).toMatchObject({ position: 2 })
  expect(chooseView(guide, { ...nothing, step: 'nonsense' })).toMatchObject({ position: 1 })
})

test('once all is done, the page is the home of the connection, and the guide stays reachable', () => {
  const through = { ...guide, connection, nextStep: null }

  expect(chooseView(through, nothing)).toEqual({ kind: 'home' })
  expect(chooseView(through, { ...nothing, step: 'secret' })).toMatchObject({ kind: 'step' })
  expect(chooseView(through, { ...nothing, view: 'guide' })).toMatchObject({ kind: 'step' })
})

test('a connected tenant with an open step can still be looked at', () => {
  const half = { ...guide, connection }

  expect(chooseView(half, nothing)).toMatchObject({ kind: 'step' })
  expect(chooseView(half, { ...nothing, view: 'connection' })).toEqual({ kind: 'home' })
})

test('an invisible step is settled only when marked', () => {
  const invisible = step('domain', 'notVisible')

  expect(isSettled(invisible)).toBe(false)
  expect(isSettled({ ...invisible, marked: { by: 'a', at: '2026-01-01T00:00:00Z' } })).toBe(true)
})
