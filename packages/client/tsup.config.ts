import { defineConfig, type Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Core's code asks for the part of zod that is built into core; here zod is a peer, and there is one of it. */
const zodOfTheUser: Plugin = {
  name: 'zod-of-the-user',
  setup(build) {
    build.onResolve({ filter: /^#zod$/ }, () => ({ path: 'zod', external: true }))
  },
}

export default defineConfig(
  packageBuild(
    { index: 'src/index.ts', msw: 'src/msw/index.ts' },
    {
      // What only `/msw` needs is part of it, so that its user installs msw and zod alone.
      noExternal: ['@ainexlayer/webhooks-contract', /^@ainexlayer\/webhooks\//, 'ipaddr.js'],
      esbuildPlugins: [zodOfTheUser],
    },
  ),
)
