import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { setUpRoutes } from './set-up-routes.ts'

/** What this room says. */
export const setUpTexts = { en, de }
