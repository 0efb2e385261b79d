import { defineConfig, type Options } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'
import { joinChunks, minifyFile } from './join-chunks.ts'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** Everything loads the part of zod through package.json, which gives it as one file or as zod itself. */
const zodInOneFile: Plugin = {
  name: 'zod-in-one-file',
  setup(build) {
    build.onResolve({ filter: /\/zod\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: '#zod', external: true },
    )
  },
}

const entries = {
  index: 'src/index.ts',
  events: 'src/events/index.ts',
  store: 'src/idempotency/index.ts',
  queue: 'src/queue/index.ts',
  web: 'src/web/index.ts',
  node: 'src/node/index.ts',
  diagnose: 'src/diagnose/index.ts',
  testing: 'src/testing/index.ts',
  'crypto.node': 'src/signature/crypto.node.ts',
  'crypto.web': 'src/signature/crypto.web.ts',
  zod: 'src/events/zod.ts',
}

export default defineConfig(
  packageBuild(entries, {
    external: [/^#/],
    noExternal: ['zod'],
    esbuildPlugins: [zodInOneFile],
    onSuccess: async () => {
      await joinChunks('dist', Object.keys(entries), ['crypto.node', 'crypto.web', 'zod'])
      await Promise.all(['dist/zod.js', 'dist/zod.cjs'].map(minifyFile))
    },
  }),
)
