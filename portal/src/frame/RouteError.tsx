import { useRouter } from '@tanstack/react-router'
import { ProblemNotice } from './ProblemNotice.tsx'

/** What is shown when a screen itself fails: its code could not be loaded, or it has a bug. */
export function RouteError({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <main style={{ maxWidth: 640, margin: '48px auto', padding: '0 16px' }}>
      <ProblemNotice
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={() => void router.invalidate()}
      />
    </main>
  )
}
