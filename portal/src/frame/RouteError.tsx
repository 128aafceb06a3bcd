import { ProblemNotice } from './ProblemNotice.tsx'

/**
 * What is shown when a screen itself fails: it has a bug, or its code could not be loaded, as happens
 * in an open page after an update of the server. Loading the page anew cures the latter.
 */
export function RouteError({ error }: { error: unknown }) {
  return (
    <div style={{ maxWidth: 640, margin: '48px auto', padding: '0 16px' }}>
      <ProblemNotice
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={() => window.location.reload()}
      />
    </div>
  )
}
