import '@mantine/core/styles.layer.css'
import './ui/tokens.css'
import './ui/global.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import i18next from 'i18next'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { setProveAct } from './api.ts'
import { startLanguages } from './language/i18n.ts'
import { createQueryClient } from './query.ts'
import { createPortalRouter } from './routes.tsx'
import { forgetSession } from './sign-in/session.ts'
import { StepUpHost } from './step-up/StepUpHost.tsx'
import { stepUps } from './step-up/step-up-queue.ts'
import { resolveVariables, theme } from './ui/theme.ts'

const queryClient = createQueryClient(() => {
  forgetSession(queryClient)
  void router.invalidate()
})
const router = createPortalRouter(queryClient)

/** Whatever the server wants proven is asked for beside the screen that does it. */
setProveAct(stepUps.prove)

/** Texts that the server writes come in the language of the request: ask again for all of them. */
i18next.on('languageChanged', () => void queryClient.invalidateQueries())

async function start(root: HTMLElement) {
  await startLanguages()
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={resolveVariables}
          defaultColorScheme="auto"
        >
          <RouterProvider router={router} />
          <StepUpHost />
        </MantineProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}

const root = document.getElementById('root')
if (root) void start(root)
