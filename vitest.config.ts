import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'examples/*'],
    globalSetup: './.ci/servers-of-tests.ts',
    // Most suites wait for servers and processes more than they compute.
    maxWorkers: '100%',
    reporters: ['default', './.ci/closing-lines-reporter.ts'],
  },
})
