import type { ViteUserConfig } from 'vitest/config'

/** How every package is tested: on its sources (no build first), with its type tests. */
export const packageTests = (name: string): ViteUserConfig => ({
  resolve: { conditions: ['@ainexlayer/source', 'node'] },
  ssr: { resolve: { conditions: ['@ainexlayer/source', 'node'] } },
  test: {
    name,
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'] },
    // Browsers and processes take their time on a busy machine.
    testTimeout: 60_000,
    // Databases are started in hooks, and a busy machine takes its time for that.
    hookTimeout: 60_000,
  },
})
