import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { complianceRoutes } from './compliance-routes.ts'
export { judgeDevices } from './judge-devices.ts'
export { tellOverwritten } from './marks-store.ts'
export { tellEntra } from './tell-entra.ts'

/** What this room says, in both languages. */
export const complianceTexts = { en, de }
