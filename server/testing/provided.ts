import 'vitest'

// What a project of vitest.config.ts hands to its test files.
declare module 'vitest' {
  // Vitest is extended by merging interfaces.
  export interface ProvidedContext {
    databaseKind: 'embedded' | 'postgres'
    /** A migrated PGlite, as a file. */
    snapshotFile: string
    /** The server that `postgres-setup.ts` started; database `migrated` is the one to copy. */
    postgresUrl: string
  }
}
