import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'internal/*',
      '!internal/runtimes',
      '!internal/api-reports',
      'examples/*',
    ],
    globalSetup: './internal/checks/src/servers-of-tests.ts',
    // Most suites wait for servers and processes more than they compute.
    maxWorkers: '100%',
    reporters: ['default', './internal/checks/src/closing-lines-reporter.ts'],
  },
})
