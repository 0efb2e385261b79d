import { defineConfig, mergeConfig } from 'vitest/config'
import { packageTests } from '../../vitest.base.ts'

export default mergeConfig(
  packageTests('next'),
  defineConfig({ test: { globalSetup: ['test/build-app.ts'] } }),
)
