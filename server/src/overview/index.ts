import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { overviewRoutes } from './overview-routes.ts'

/** What this room says, in both languages. */
export const overviewTexts = { en, de }
