import { defineConfig } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

export default defineConfig(
  packageBuild(
    { index: 'src/index.ts', msw: 'src/msw/index.ts' },
    {
      // What only `/msw` needs is part of it, so that its user installs msw and zod alone.
      noExternal: ['@ainexlayer/webhooks-contract', /^@ainexlayer\/webhooks\//, 'ipaddr.js'],
    },
  ),
)
