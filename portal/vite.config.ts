import { endpoints } from '@mooring/contract/endpoints'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * The portal calls by method and path alone; schemas are for the server and for the compiler. Leaving
 * them out of the table keeps the whole schema library out of the first page.
 */
function callsOnly(): Plugin {
  const id = '\0contract-calls'
  const calls = Object.fromEntries(
    Object.entries(endpoints).map(([name, { method, path }]) => [name, { method, path }]),
  )
  return {
    name: 'contract-calls-only',
    enforce: 'pre',
    resolveId: (source) => (source === '@mooring/contract/endpoints' ? id : undefined),
    load: (asked) =>
      asked === id ? `export const endpoints = ${JSON.stringify(calls)}` : undefined,
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [callsOnly(), react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The CSP forbids inline scripts and data: fonts; small images stay files, too.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    port: 5173,
    proxy: { '/api': process.env['MOORING_URL'] ?? 'http://localhost:8080' },
  },
})
