import { useTranslation } from 'react-i18next'
import { Loaded } from '../frame/Loaded.tsx'
import { usePageSearch, usePageTitle } from '../frame/navigation.ts'
import { ConnectionHome } from './ConnectionHome.tsx'
import { EntraHeader } from './EntraHeader.tsx'
import { GuideSkeleton } from './GuideSkeleton.tsx'
import { GuideSteps } from './GuideSteps.tsx'
import { chooseView } from './step-view.ts'
import { TrackChooser } from './TrackChooser.tsx'
import { useGuide } from './use-guide.ts'

/** The guide while the connection is being made, and its home from then on. */
export function EntraScreen() {
  const { t } = useTranslation('set-up')
  const [search] = usePageSearch()
  const guide = useGuide()
  usePageTitle(t('title'))
  return (
    <Loaded
      query={guide}
      skeleton={
        <>
          <EntraHeader />
          <GuideSkeleton />
        </>
      }
    >
      {(data) => {
        const view = chooseView(data, { view: search['view'], step: search['step'] })
        const isChanging = search['track'] === 'choose'
        return (
          <>
            <EntraHeader guide={data} view={view} />
            {view.kind === 'home' && <ConnectionHome guide={data} />}
            {(view.kind === 'chooseTrack' || (view.kind === 'step' && isChanging)) && (
              <TrackChooser guide={data} />
            )}
            {view.kind === 'step' && !isChanging && (
              <GuideSteps guide={data} step={view.step} position={view.position} />
            )}
          </>
        )
      }}
    </Loaded>
  )
}
