import 'vitest'

declare module 'vitest' {
  // Vitest is extended by merging interfaces.
  export interface ProvidedContext {
    /** Where `browser-setup.ts` unpacked Chromium, its fonts and its libraries. */
    browserFolder: string
  }
}
