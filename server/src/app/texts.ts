import { organizationTexts } from '../organizations/index.ts'
import httpDe from '../platform/http/messages.de.json' with { type: 'json' }
import httpEn from '../platform/http/messages.en.json' with { type: 'json' }
import { createTexts } from '../platform/texts.ts'
import { signInTexts } from '../sign-in/index.ts'

/** Everything the server says, in both languages. */
export const texts = createTexts({ en: httpEn, de: httpDe }, organizationTexts, signInTexts)
