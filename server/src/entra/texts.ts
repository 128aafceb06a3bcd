import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

/** Words for every code of Microsoft's and of the network's, in both languages. */
export const entraTexts = { en, de }
