import { defineConfig } from 'tsup'

/** The process under attack runs the built packages, as it would in production. */
export default defineConfig({
  entry: ['src/server-main.ts'],
  format: 'esm',
  target: 'node20',
  clean: true,
})
