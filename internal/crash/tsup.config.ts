import { defineConfig } from 'tsup'

/** The process that is killed runs the built packages, as it would in production. */
export default defineConfig({
  entry: ['src/receiver-main.ts'],
  format: 'esm',
  target: 'node20',
  clean: true,
})
