import { NotFound } from './NotFound.tsx'

export function RouteNotFound() {
  return (
    <main id="content">
      <NotFound />
    </main>
  )
}
