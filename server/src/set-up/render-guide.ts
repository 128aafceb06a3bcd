import { type Guide, type GuideStep, type StepId, Track } from '@mooring/contract/set-up'
import type { Language, Texts } from '../platform/texts.ts'
import { mobilityLink, newApplicationLink } from './entra-links.ts'
import type { GuideParts } from './guide-parts.ts'
import { renderStep } from './render-step.ts'
import { sayAll } from './say-all.ts'
import { TRACK_STEPS } from './tracks.ts'

/** Draws up the guide in the reader's language. */
export function renderGuide(texts: Texts, language: Language, parts: GuideParts): Guide {
  const { guide, connection, report } = parts
  const track = guide?.track
  const steps = track
    ? TRACK_STEPS[track].map((step) => renderStep(texts, language, step, { ...parts, track }))
    : []
  return {
    track: track ?? null,
    tracks: Track.options.map((id) => renderTrack(texts, language, id, parts)),
    steps,
    nextStep: nextStep(steps),
    draft: {
      tenantId: unsaved(guide?.draft.tenantId, connection?.tenantId),
      clientId: unsaved(guide?.draft.clientId, connection?.clientId),
    },
    connection: connection ?? null,
    lastCheck: report ?? null,
    publicUrl: parts.publicUrl.origin,
    changed: guide ? { by: guide.changedBy, at: guide.changedAt.toISOString() } : null,
  }
}

function renderTrack(
  texts: Texts,
  language: Language,
  id: Track,
  { cloud, connection }: GuideParts,
): Guide['tracks'][number] {
  const target = { cloud, tenantId: connection?.tenantId }
  return {
    id,
    title: texts.say(language, `guide.track.${id}.title`),
    brings: sayAll(texts, language, `guide.track.${id}.brings`),
    needs: sayAll(texts, language, `guide.track.${id}.needs`),
    entraUrl: id === 'directory' ? newApplicationLink(target) : mobilityLink(target),
    steps: [...TRACK_STEPS[id]],
  }
}

/** A step that is wrong stays next, even if somebody marked it. */
function nextStep(steps: readonly GuideStep[]): StepId | null {
  const isThrough = (step: GuideStep) =>
    step.state === 'done' || (step.state === 'notVisible' && step.marked !== undefined)
  return steps.find((step) => !isThrough(step))?.id ?? null
}

const unsaved = (draft: string | undefined, saved: string | undefined): string | null =>
  draft === undefined || draft === saved ? null : draft
