import { defineConfig } from 'vitest/config'

const ROOM_TESTS = 'server/**/*.room.test.ts'
const IGNORED = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    // Two cores are what we can count on; more workers only make the slow tests slower.
    maxWorkers: 2,
    // A test depends on nothing of the machine: neither its time zone nor its language.
    env: { TZ: 'UTC', LANG: 'C.UTF-8', NO_COLOR: '1' },
    // What is polled for is there soon; how soon is no promise of a machine whose cores are busy.
    expect: { poll: { timeout: 20_000 } },
    // `isolate: false` in all but the stories: loading the whole server anew for each file took longer
    // than its tests. Each has a database of its own, and no state of a module outlives what it belongs to.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          isolate: false,
          include: ['{contract,server,portal,emulator,tools}/**/*.test.{ts,tsx}'],
          exclude: [...IGNORED, ROOM_TESTS],
          setupFiles: ['./tools/vitest/fixed-chance.ts'],
          globalSetup: ['./server/testing/embedded-setup.ts'],
          provide: { databaseKind: 'embedded' },
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'embedded',
          include: [ROOM_TESTS],
          exclude: IGNORED,
          isolate: false,
          setupFiles: ['./tools/vitest/fixed-chance.ts'],
          globalSetup: ['./server/testing/embedded-setup.ts'],
          provide: { databaseKind: 'embedded' },
          // Loading PGlite takes half a second alone, and several while every core is busy.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          isolate: false,
          // The rooms once more, on the database of larger installations.
          include: [ROOM_TESTS],
          exclude: IGNORED,
          setupFiles: ['./tools/vitest/fixed-chance.ts'],
          globalSetup: ['./server/testing/postgres-setup.ts'],
          provide: { databaseKind: 'postgres' },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'story',
          include: ['e2e/**/*.test.ts'],
          exclude: IGNORED,
          setupFiles: ['./tools/vitest/fixed-chance.ts'],
          globalSetup: ['./server/testing/embedded-setup.ts', './e2e/world/browser-setup.ts'],
          provide: { databaseKind: 'embedded' },
          // A story starts a server, an emulator and perhaps a browser.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
